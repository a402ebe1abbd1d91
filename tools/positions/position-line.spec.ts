import { readPositionLine } from './position-line.ts';

describe('a line of input', () => {
  it('is read with all it knows of the place', () => {
    expect(readPositionLine('{"start":"a","end":"b","text":"c","prefix":"d","suffix":"e","page":3}')).toEqual({
      start: 'a',
      end: 'b',
      text: 'c',
      prefix: 'd',
      suffix: 'e',
    });
    expect(readPositionLine('{"start":"a","end":null}')).toEqual({ start: 'a' });
    expect(readPositionLine('\ufeff {"start":"a\u2028b"} ')).toEqual({ start: 'a\u2028b' });
  });

  it.each([
    ['', 'the line is empty'],
    [' ', 'the line is empty'],
    [undefined, 'the line is too long'],
    ['{"start":', 'not JSON'],
    ['[1]', 'not a JSON object'],
    ['{"end":"b"}', 'start is missing'],
    ['{"start":"a","text":5}', 'text is not a string'],
  ])('%j is refused: %s', (line, problem) => {
    expect(readPositionLine(line)).toBe(problem);
  });
});
