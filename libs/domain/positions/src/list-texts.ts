import { buildDocumentIndex, openIndex } from './document-index.ts';
import type { DocumentSource } from './document-index.ts';
import { placeholderMarkup } from './engine/engine-source.ts';
import { engineText } from './engine/engine-text.ts';
import { dialectOf, formatXpointer } from './xpointer.ts';

/** A text node as crengine holds it. */
export interface ListedText {
  /** Pointer to its start. */
  readonly xpointer: string;
  readonly text: string;
}

/** Lists the text nodes crengine makes of a spine document, for support and for comparing with the engine itself. */
export function listTexts(source: DocumentSource, domVersion: number, fragment: number | undefined): ListedText[] {
  const { engine, index } = openIndex(buildDocumentIndex(source, domVersion));
  const markup = index.kind === 'placeholder' ? placeholderMarkup(source) : (source.text ?? '');
  const dialect = dialectOf(domVersion);
  const { isOnlyPage } = source;
  const root = isOnlyPage === true ? { isOnlyPage } : fragment === undefined ? {} : { fragment };
  return Array.from(index.engine.texts.length, (_, text) => ({
    xpointer: formatXpointer({ ...root, steps: engine.stepsToText(text, dialect), point: 0 }, dialect),
    text: engineText(index.engine, markup, text),
  }));
}
