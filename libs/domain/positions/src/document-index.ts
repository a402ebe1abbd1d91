import { buildDomView } from './dom/build-dom-view.ts';
import { DomPlaces } from './dom/dom-places.ts';
import type { DomView } from './dom/dom-view.ts';
import { buildEngineView, DOM_VERSION_OF_PRE_LINE_FEED } from './engine/build-engine-view.ts';
import { EnginePlaces } from './engine/engine-places.ts';
import { engineSourceOf } from './engine/engine-source.ts';
import type { EngineSource, SpineItemNames } from './engine/engine-source.ts';
import type { EngineView } from './engine/engine-view.ts';
import { buildKoboView } from './kobo/build-kobo-view.ts';
import { KoboPlaces } from './kobo/kobo-places.ts';
import type { KoboView } from './kobo/kobo-view.ts';
import { engineFileOfItem } from './spine.ts';
import type { BookSpine, SpineItem } from './spine.ts';
import { findUnread } from './unread.ts';

/** Changes whenever an index built before would answer otherwise: indexes of other versions are built anew. */
export const INDEX_VERSION = 7;

/**
 * The oldest DOM version an index for `domVersion` serves as well: between two of these, versions differ only in how pointers are
 * numbered and written, which no index holds.
 */
export function indexRulesOf(domVersion: number): number {
  return domVersion >= DOM_VERSION_OF_PRE_LINE_FEED ? DOM_VERSION_OF_PRE_LINE_FEED : 0;
}

/** What an index is built from. */
export interface DocumentSource extends SpineItemNames {
  /** Decoded content of the file (`decodeDocument`); undefined when crengine does not find the file. */
  readonly text: string | undefined;
  /** Style sheets of the document in the order they apply: the linked ones, then those in its head. */
  readonly styleSheets?: readonly string[];
  /** Whether it is the only page KOReader shows of its book (`onlyPageOf`). */
  readonly isOnlyPage?: boolean;
}

/** What the index of a spine item is built from, of its decoded text and the style sheets that apply to it. */
export function documentSourceOf(
  spine: BookSpine,
  item: SpineItem,
  text: string | undefined,
  styleSheets: readonly string[],
): DocumentSource {
  const { path, isFound } = engineFileOfItem(spine, item);
  const isOnlyPage = spine.onlyPage !== undefined && spine.onlyPage === item.zipPath;
  const names = { path, mediaType: item.mediaType ?? '', idref: item.idref };
  return { text: isFound ? text : undefined, ...names, styleSheets, isOnlyPage };
}

/** Offset tables of one spine document: all that translating needs. Plain data; `serializeIndex` makes bytes of it. */
export interface DocumentIndex {
  /** What crengine shows: the document, an SVG picture, or a sentence saying that it cannot. */
  readonly kind: EngineSource['kind'];
  readonly engine: EngineView;
  /** Absent when the file has no elements at all, or is not there. */
  readonly dom: DomView | undefined;
  readonly kobo: KoboView;
  /** Source ranges, start and end by turns, with text that browsers have and crengine has not. */
  readonly unread: Uint32Array;
}

/** An index ready to be asked, one finder of places for each dialect. */
export interface DocumentPlaces {
  readonly index: DocumentIndex;
  readonly engine: EnginePlaces;
  readonly dom: DomPlaces | undefined;
  readonly kobo: KoboPlaces | undefined;
}

/** The DOM version whose rules decide where versions differ, unless told otherwise. */
const NEWEST_RULES = 20260812;
const NO_SPANS: KoboView = {
  paragraph: new Uint32Array(),
  segment: new Uint32Array(),
  source: new Uint32Array(),
  sourceEnd: new Uint32Array(),
  isKepub: false,
};

/** Builds the index of one spine document. Never throws, whatever the text. */
export function buildDocumentIndex(source: DocumentSource, domVersion = NEWEST_RULES): DocumentIndex {
  const { kind, markup, offset } = engineSourceOf(source.text, source);
  if (kind === 'placeholder') return placeholderIndex(markup, domVersion);
  const { styleSheets, isOnlyPage } = source;
  const options = { domVersion, styleSheets, isOnlyPage, sourceShift: offset };
  const engine = buildEngineView(markup, options);
  if (engine === undefined) {
    // Nothing that looked like a body was one: crengine shows its sentence then, too.
    return buildDocumentIndex({ ...source, text: undefined }, domVersion);
  }
  const text = source.text ?? '';
  const dom = buildDomView(text);
  return {
    kind,
    engine,
    dom,
    kobo: dom === undefined ? NO_SPANS : buildKoboView(text),
    unread: dom === undefined ? new Uint32Array() : findUnread(text, engine, dom),
  };
}

/** The sentence crengine shows instead of a document is a document of its own, to CFI too: nothing else is there to point to. */
function placeholderIndex(markup: string, domVersion: number): DocumentIndex {
  const engine = buildEngineView(markup, { domVersion });
  if (engine === undefined) throw new Error('a placeholder has a body');
  return { kind: 'placeholder', engine, dom: buildDomView(markup), kobo: NO_SPANS, unread: new Uint32Array() };
}

/** Makes an index ready for questions. */
export function openIndex(index: DocumentIndex): DocumentPlaces {
  const dom = index.dom && new DomPlaces(index.dom);
  return {
    index,
    engine: new EnginePlaces(index.engine),
    dom,
    kobo: dom && index.kobo.source.length > 0 ? new KoboPlaces(index.kobo, dom) : undefined,
  };
}
