import { IndependentDom } from './independent-dom.ts';

const SOURCE = `<!DOCTYPE html><html><head><title>t</title></head><body><p id="a">one<p>two &amp; three<table><tr><td>cell</table></body></html>`;

describe('a chapter read by another parser', () => {
  it('of HTML has the tree of a browser, in which CFIs of web readers are resolved', () => {
    const dom = new IndependentDom(SOURCE, true);
    const textAt = (cfi: string): string | undefined => {
      const point = dom.resolve(`epubcfi(/6/2!${cfi})`);
      return point && dom.textAfter(point, 4);
    };
    expect(textAt('/4/4/1:4')).toBe('& th');
    expect(textAt('/4/6/2/2/2/1:0')).toBe('cell');
    expect(textAt('/4/2[a]')).toBe('onet');
  });

  it('of XML is not read when it is none', () => {
    expect(new IndependentDom(SOURCE).isRead).toBe(false);
  });
});
