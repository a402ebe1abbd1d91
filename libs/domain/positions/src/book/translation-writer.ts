import { BODY_ELEMENT } from '../engine/engine-view.ts';
import type { PlaceRole } from '../place.ts';
import { dialectOf, formatXpointer } from '../xpointer.ts';
import type { BookAddresses } from './book-addresses.ts';
import type { BookDocuments } from './book-documents.ts';
import { roleOfEnd, writePointer } from './document-pointers.ts';
import type { WrittenPointer } from './document-pointers.ts';
import { isEmptyRange } from './positioned-book.ts';
import type { Spot } from './positioned-book.ts';
import type { Translation, TranslationKind, TranslationRequest } from './translation.ts';

/** Writes the answer to a request once the places are found. */
export class TranslationWriter {
  private readonly addresses: BookAddresses;
  private readonly documents: BookDocuments;
  private readonly domVersion: number;
  private readonly givesText: boolean;

  constructor(addresses: BookAddresses, documents: BookDocuments, domVersion: number, givesText: boolean) {
    this.addresses = addresses;
    this.documents = documents;
    this.domVersion = domVersion;
    this.givesText = givesText;
  }

  async written(
    request: TranslationRequest,
    start: Spot,
    end: Spot | undefined,
    kind: TranslationKind,
    trace: string[],
  ): Promise<Translation> {
    const first = this.write(request, start, 'start');
    const last = end && this.writeEnd(request, start, end);
    if (first === undefined || (end !== undefined && last === undefined)) {
      trace.push(`the document has no ${request.to} for this`);
      return this.chapterStart(request, start.spineIndex, trace);
    }
    const isChapter = start.places.index.kind === 'placeholder' && request.from !== request.to;
    const isNear = first.isNear || (last?.isNear ?? false);
    const told = isChapter ? 'chapter' : isNear && kind !== 'chapter' ? 'nearby' : kind;
    trace.push(`${told}: ${first.written}${last === undefined ? '' : ` … ${last.written}`}`);
    const text = this.givesText && end !== undefined ? await this.documents.textOfRange(start, end) : undefined;
    return {
      kind: told,
      start: first.written,
      ...(last === undefined ? {} : { end: last.written }),
      ...(text === undefined ? {} : { text }),
      spineIndex: start.spineIndex,
      trace,
    };
  }

  /** A document that cannot even be read still has a start. */
  chapterStart(request: TranslationRequest, spineIndex: number, trace: string[]): Translation {
    const { root, itemrefSteps } = this.addresses.addressOf(spineIndex);
    const steps = itemrefSteps.map(({ index }) => `/${index}`).join('');
    if (request.to === 'cfi') return { kind: 'chapter', start: `epubcfi(${steps}!/4)`, spineIndex, trace };
    if (request.to === 'xpointer' && root === undefined) return lost('KOReader does not show this document', trace);
    if (request.to === 'xpointer' && root?.isOnlyPage !== true) {
      const dialect = dialectOf(this.domVersion);
      const body = { kind: 'element', name: 'body', ...(dialect.writesEveryIndex && { index: 1 }) } as const;
      const start = formatXpointer({ ...root, steps: [body] }, dialect);
      return { kind: 'chapter', start, spineIndex, trace };
    }
    return lost('the document cannot be read', trace);
  }

  /** The end of a range lies neither in front of its start nor in front of the body. */
  private writeEnd(request: TranslationRequest, start: Spot, end: Spot): WrittenPointer | undefined {
    if (isEmptyRange(start, end)) return this.write(request, start, 'start');
    const { spineIndex, places, place } = end;
    const body = places.index.engine.elements.source[BODY_ELEMENT] ?? 0;
    const behind = spineIndex === start.spineIndex ? start.place.offset : body;
    return this.write(request, end, roleOfEnd(places, place, request.to, behind));
  }

  private write(
    request: TranslationRequest,
    { spineIndex, places, place }: Spot,
    role: PlaceRole,
  ): WrittenPointer | undefined {
    return writePointer(
      places,
      this.addresses.addressOf(spineIndex),
      place,
      role,
      request.to,
      dialectOf(this.domVersion),
    );
  }
}

/** There is no such place. */
export function lost(reason: string, trace: readonly string[]): Translation {
  return { kind: 'lost', reason, trace };
}
