import sharp from 'sharp';
import type { BookCover } from '../reading.ts';
import { isSafeSvg, looksLikeSvg } from './safe-svg.ts';

/** Enough for any scan of a cover; a picture that unpacks to more is a bomb. */
const MOST_PIXELS = 50_000_000;
const MOST_SECONDS = 15;
const WEBP_QUALITY = 82;
/** Smaller pictures are spacers and counters, not covers. */
const FEWEST_EDGE_PIXELS = 16;

// One thread a picture and nothing kept: the server has better uses for its memory than drawn covers.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Makes a cover of a picture's bytes: upright, at most `maxEdge` pixels on its longer edge, never enlarged, as WebP,
 * without the picture's metadata. Undefined when it is no picture, too large, or an SVG that reaches outside itself.
 */
export async function renderCover(picture: Buffer, maxEdge: number): Promise<BookCover | undefined> {
  if (looksLikeSvg(picture) && !isSafeSvg(picture)) return undefined;
  try {
    const { data, info } = await sharp(picture, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
      .rotate()
      .resize({ width: maxEdge, height: maxEdge, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: WEBP_QUALITY })
      .timeout({ seconds: MOST_SECONDS })
      .toBuffer({ resolveWithObject: true });
    if (Math.min(info.width, info.height) < FEWEST_EDGE_PIXELS) return undefined;
    return { bytes: data, contentType: 'image/webp', width: info.width, height: info.height };
  } catch {
    return undefined;
  }
}
