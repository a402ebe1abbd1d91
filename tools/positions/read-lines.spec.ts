import { readLines } from './read-lines.ts';

describe('the lines of a stream', () => {
  it('end at line feeds only, whatever else ends lines elsewhere', async () => {
    expect(await linesOf(['a\u2028b\u2029c\u0085d\r\n', '\n\re\rf\r\n'])).toEqual([
      'a\u2028b\u2029c\u0085d',
      '',
      '\re\rf',
    ]);
  });

  it('may be cut anywhere, inside of a character too, and the last needs no end', async () => {
    const bytes = Buffer.from('één\r\nzwei 💩\ndrei');
    const pieces = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(await linesOf(pieces)).toEqual(['één', 'zwei 💩', 'drei']);
    expect(await linesOf(['a\n'])).toEqual(['a']);
    expect(await linesOf([])).toEqual([]);
  });

  it('are not kept when they are too long, and the next one is read all the same', async () => {
    expect(await linesOf(['12345', '6\nabcde\n', '1234567890'], 5)).toEqual([undefined, 'abcde', undefined]);
  });
});

async function linesOf(chunks: readonly (string | Uint8Array)[], longest?: number): Promise<(string | undefined)[]> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: (string | undefined)[] = [];
  for await (const line of readLines(stream(), longest)) lines.push(line);
  return lines;
}
