import type sharp from 'sharp';
import type { BookCover } from '../reading.ts';
import { isSafeSvg, looksLikeSvg } from './safe-svg.ts';

/** Enough for any scan of a cover; a picture that unpacks to more is a bomb. */
const MOST_PIXELS = 50_000_000;
const MOST_SECONDS = 15;
const WEBP_QUALITY = 82;
/** Smaller pictures are spacers and counters, not covers. */
const FEWEST_EDGE_PIXELS = 16;

let loaded: Promise<typeof sharp> | undefined;

/** Loaded with the first picture: it takes tens of megabytes, and whoever only reads chapters needs none of it. */
function loadSharp(): Promise<typeof sharp> {
  return (loaded ??= import('sharp').then(({ default: library }) => {
    // One thread a picture and nothing kept: the server has better uses for its memory than drawn covers.
    library.cache(false);
    library.concurrency(1);
    return library;
  }));
}

/**
 * Makes a cover of a picture's bytes: upright, at most `maxEdge` pixels on its longer edge, never enlarged, as WebP,
 * without the picture's metadata. Undefined when it is no picture, too large, or an SVG that reaches outside itself.
 */
export async function renderCover(picture: Buffer, maxEdge: number): Promise<BookCover | undefined> {
  if (looksLikeSvg(picture) && !isSafeSvg(picture)) return undefined;
  const draw = await loadSharp();
  try {
    const { data, info } = await draw(picture, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
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
