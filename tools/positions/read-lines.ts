const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A pointer with its words takes some hundred bytes; what is longer than this is no line of input. */
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;

/**
 * The lines of a stream of UTF-8, without their ends; undefined stands for one that is too long to be kept. Only a line feed ends a line,
 * with a carriage return in front of it or not: JSON may hold the other signs that do elsewhere, such as U+2028.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  longest = LONGEST_LINE_BYTES,
): AsyncGenerator<string | undefined> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  const take = (piece: Uint8Array): void => {
    length += piece.length;
    // What is too long is counted, not kept.
    if (length <= longest) pieces.push(piece);
    else pieces = [];
  };
  const line = (): string | undefined => {
    const bytes = length > longest ? undefined : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    return bytes?.toString('utf8', 0, bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      take(chunk.subarray(from, end));
      yield line();
      from = end + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (length > 0) yield line();
}
