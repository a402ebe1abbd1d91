import { decoderForXml } from '../xml/decode-text.ts';
import type { Fb2Bytes } from './fb2-bytes.ts';
import { fb2CoverId, fb2Description } from './read-fb2.ts';

/** A tag is shorter than this, so what may be the start of one is kept until the rest has come. */
const MOST_TAG_LENGTH = 1024;

/**
 * The picture an FB2 names as its cover. Its pictures stand at the end as base64, so the whole file goes by, in pieces;
 * only the cover is kept, at most `maxBytes` of it. Undefined when there is none or it is longer.
 */
export async function readFb2Cover(bytes: Fb2Bytes, maxBytes: number): Promise<Buffer | undefined> {
  const id = fb2CoverId(await fb2Description(bytes));
  if (id === undefined) return undefined;
  let before = '';
  let isInside = false;
  const digits: string[] = [];
  let length = 0;
  for await (const piece of textPieces(bytes)) {
    let text = before + piece;
    before = '';
    if (!isInside) {
      const start = endOfBinaryTag(text, id);
      if (start === undefined) {
        before = text.slice(-MOST_TAG_LENGTH);
        continue;
      }
      isInside = true;
      text = text.slice(start);
    }
    const end = text.indexOf('<');
    const part = (end < 0 ? text : text.slice(0, end)).replace(/\s+/g, '');
    digits.push(part);
    length += part.length;
    if (length > (maxBytes / 3) * 4) return undefined;
    if (end >= 0) return Buffer.from(digits.join(''), 'base64');
  }
  return undefined;
}

async function* textPieces(bytes: Fb2Bytes): AsyncGenerator<string> {
  let decoder: ReturnType<typeof decoderForXml> | undefined;
  for await (const chunk of bytes()) {
    decoder ??= decoderForXml(chunk, { isCut: true });
    yield decoder.decode(chunk, { stream: true });
  }
}

/** Where the content of `<binary id="…">` starts. */
function endOfBinaryTag(text: string, id: string): number | undefined {
  for (const tag of text.matchAll(/<binary\s([^<>]{0,500})>/g)) {
    const written = /(?:^|\s)id\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(tag[1] ?? '');
    if ((written?.[1] ?? written?.[2]) === id) return tag.index + tag[0].length;
  }
  return undefined;
}
