import { enginePathOf, entryNameOf } from './engine/engine-path.ts';
import { DOM_VERSION_OF_RELAXED_SPINE } from './engine/engine-source.ts';

/** One `<itemref>`, as far as positions depend on it. */
export interface SpineItem {
  readonly idref: string;
  readonly itemrefId?: string;
  /** 1-based position among the element children of `<spine>`. */
  readonly itemrefPosition: number;
  /** Whether `idref` names an item of the manifest. */
  readonly inManifest: boolean;
  /** As written, percent-encoding kept. */
  readonly href?: string;
  /** Undefined when the zip has no such entry. */
  readonly zipPath?: string;
  readonly mediaType?: string;
}

/** The reading order of a book. */
export interface BookSpine {
  /** Zip path of the package document. */
  readonly packagePath: string;
  /** CFI step of `<spine>` in the package, usually 6. */
  readonly spineStep: number;
  /** Every itemref in order, broken ones too: a spine index is an index into this. */
  readonly items: readonly SpineItem[];
  /** Zip path of the only page KOReader shows of a zip that is no EPUB to it, empty where it shows none of them (`onlyPageOf`). */
  readonly onlyPage?: string;
}

/** Whether this version makes a fragment of every item, readable or not, so that the spine alone decides the numbers. */
export function hasRelaxedSpine(domVersion: number): boolean {
  return domVersion >= DOM_VERSION_OF_RELAXED_SPINE;
}

/**
 * Which items of a spine have a DocFragment, in order; fragment number `n` is at `n - 1`. Broken itemrefs have none, and in old versions
 * neither have `unreadable` documents.
 */
export function fragmentsOf(
  spine: BookSpine,
  domVersion: number,
  unreadable: ReadonlySet<number> = new Set(),
): readonly number[] {
  const isRelaxed = hasRelaxedSpine(domVersion);
  return spine.items.flatMap((item, index) => {
    const isDocument = item.mediaType === 'application/xhtml+xml' && item.zipPath !== undefined;
    const isMade = isRelaxed || (isDocument && !unreadable.has(index));
    return item.inManifest && isMade ? [index] : [];
  });
}

/** Zip path of an item, or the path it would have if it were in the zip. */
export function pathOfItem(spine: BookSpine, item: SpineItem): string {
  if (item.zipPath !== undefined) return item.zipPath;
  const folder = spine.packagePath.slice(0, spine.packagePath.lastIndexOf('/') + 1);
  return folder + decoded((item.href ?? '').replace(/#.*$/s, ''));
}

/** What crengine looks an item up by, and whether it finds it: only under exactly this name. */
export function engineFileOfItem(
  spine: BookSpine,
  { href = '', zipPath }: SpineItem,
): { readonly path: string; readonly isFound: boolean } {
  const path = enginePathOf(spine.packagePath, href);
  return { path, isFound: zipPath === entryNameOf(path) };
}

/**
 * Whether it is worth reading an item at all: pictures, sounds and films in a spine have no text, to any reader. What is only said to be one
 * is read, as crengine goes by the content.
 */
export function mayHaveText({ mediaType = '', zipPath }: SpineItem): boolean {
  if (zipPath === undefined) return false;
  return /\.(?:x?html?|svg)$/i.test(zipPath) || !/^(?:image\/(?!svg)|audio\/|video\/|font\/)/i.test(mediaType);
}

/** Index of the item a CFI step into the spine means: by the id of its itemref where that fits, else by its place. */
export function spineIndexOfStep(spine: BookSpine, step: number, itemrefId: string | undefined): number | undefined {
  // Nearly always every child of the spine is an itemref.
  const usual = step / 2 - 1;
  const isUsual = spine.items[usual]?.itemrefPosition === step / 2;
  const byPlace = isUsual ? usual : spine.items.findIndex((item) => item.itemrefPosition * 2 === step);
  if (itemrefId === undefined || spine.items[byPlace]?.itemrefId === itemrefId)
    return byPlace < 0 ? undefined : byPlace;
  const byId = spine.items.findIndex((item) => item.itemrefId === itemrefId);
  return byId >= 0 ? byId : byPlace >= 0 ? byPlace : undefined;
}

/** Index of the item with this path: compared as Kobo needs it, decoded, then without regard to case, then by the end of the path. */
export function spineIndexOfPath(spine: BookSpine, path: string): number | undefined {
  const same = spine.items.findIndex((item) => item.zipPath === path);
  if (same >= 0) return same;
  const paths = spine.items.map((item) => pathOfItem(spine, item));
  const wanted = decoded(path.replace(/#.*$/s, ''));
  const lower = wanted.toLowerCase();
  const fits: ((candidate: string) => boolean)[] = [
    (candidate) => candidate === path || candidate === wanted,
    (candidate) => candidate.toLowerCase() === lower,
    (candidate) => candidate.toLowerCase().endsWith(`/${lower}`) || lower.endsWith(`/${candidate.toLowerCase()}`),
  ];
  for (const fit of fits) {
    const index = paths.findIndex(fit);
    if (index >= 0) return index;
  }
  return undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
