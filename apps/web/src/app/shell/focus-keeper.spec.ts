import { FocusKeeper } from './focus-keeper.ts';

const rows = (...names: readonly string[]): string =>
  names.map((name) => `<li id="${name}"><button>${name}</button></li>`).join('');

function show(html: string): HTMLElement {
  document.body.innerHTML = `<main id="main" tabindex="-1">${html}</main>`;
  return document.body;
}

const element = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`There is no ${selector}.`);
  return found;
};
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 10));
const focused = (): string => document.activeElement?.textContent.trim() ?? '';

describe('FocusKeeper', () => {
  let stop: () => void;

  beforeAll(() => {
    // No layout here: what is in the document is visible.
    Element.prototype.checkVisibility = () => true;
    stop = new FocusKeeper().start();
  });
  afterAll(() => stop());

  it.each([
    ['one', 'two'],
    ['two', 'three'],
    ['three', 'two'],
  ])('goes from row %s, when that is removed, to row %s', async (removed, next) => {
    show(`<section><h2>List</h2><ul>${rows('one', 'two', 'three')}</ul></section>`);
    element(`#${removed} button`).focus();
    element(`#${removed}`).remove();
    await settled();
    expect(focused()).toBe(next);
  });

  it('goes to the heading once the last row is gone', async () => {
    show(`<section><h2>List</h2><ul>${rows('one')}</ul></section><section><button>Other</button></section>`);
    element('#one button').focus();
    element('#one').remove();
    await settled();
    expect(focused()).toBe('List');
  });

  it('goes on below when the whole part is gone', async () => {
    show(
      `<div><section id="part"><h2>List</h2><button>One</button></section><section><button>Other</button></section></div>`,
    );
    element('#part button').focus();
    element('#part').remove();
    await settled();
    expect(focused()).toBe('Other');
  });

  it('returns to what was disabled for a moment', async () => {
    show('<button id="save">Save</button><button>Other</button>');
    const save = element('#save') as HTMLButtonElement;
    save.focus();
    // As a browser does to what is disabled.
    save.blur();
    save.disabled = true;
    await settled();
    expect(document.activeElement).toBe(document.body);
    save.disabled = false;
    await settled();
    expect(focused()).toBe('Save');
  });

  it('goes on from what was disabled and then removed', async () => {
    show(`<section><ul>${rows('one', 'two')}</ul></section>`);
    const button = element('#one button') as HTMLButtonElement;
    button.focus();
    button.blur();
    button.disabled = true;
    await settled();
    element('#one').remove();
    await settled();
    expect(focused()).toBe('two');
  });

  it('returns to what was moved', async () => {
    show(`<section><ul>${rows('one', 'two')}</ul></section>`);
    element('#two button').focus();
    element('ul').prepend(element('#two'));
    await settled();
    expect(focused()).toBe('two');
  });

  it('leaves the focus where somebody put it', async () => {
    show(`<ul>${rows('one', 'two')}</ul>`);
    element('#one button').focus();
    element('#two button').focus();
    element('#one').remove();
    await settled();
    expect(focused()).toBe('two');
  });

  it('does not bring back what a click took away', async () => {
    const body = show(`<ul>${rows('one', 'two')}</ul>`);
    element('#one button').focus();
    body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    element('#one button').blur();
    element('#two').remove();
    await settled();
    expect(document.activeElement).toBe(body);
  });

  it('stays in a dialog while that is open, and is on the page again after it', async () => {
    show('<button id="open">Open</button>');
    element('#open').focus();
    document.body.insertAdjacentHTML(
      'beforeend',
      '<div role="dialog"><button id="a">A</button><button>B</button></div>',
    );
    element('#a').focus();
    element('#a').remove();
    await settled();
    expect(focused()).toBe('B');
    element('[role=dialog]').remove();
    await settled();
    expect(focused()).toBe('Open');
  });
});
