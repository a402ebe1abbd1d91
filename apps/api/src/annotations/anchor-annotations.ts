import { Injectable, Logger } from '@nestjs/common';
import { editOnServer, type Place } from '@bookorbit/domain-annotations';
import { formatCfiRange, parseCfi } from '@bookorbit/domain-positions';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { type AskedPosition, BookTranslator, type FoundPosition, type LostPosition } from '../positions/index.ts';
import { type Anchor, AnnotationAnchorRepository, type Unanchored } from './annotation-anchor.repository.ts';
import { AnnotationRepository } from './annotation.repository.ts';

/** A device is kept waiting so long at most for what only others need. */
export const ANCHORED_WITHIN_MILLISECONDS = 2_000;
const ANNOTATIONS_A_RUN = 500;
const DIALECTS = ['cfi', 'xpointer', 'kobospan'] as const;
/** Whose numbers of fragments every device since 2024 shares, and whose pointers newer ones read. */
const DOM_VERSION = 20240114;

/**
 * Looks up, behind a device's answer, what an annotation is in the other dialects, and the words around it. Once its file is rewritten,
 * its place is found again by them, and moved: the web and every device then have the new one.
 */
@Injectable()
export class AnchorAnnotations {
  private readonly logger = new Logger('Annotations');

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly anchors: AnnotationAnchorRepository,
    private readonly annotations: AnnotationRepository,
    private readonly translator: BookTranslator,
    private readonly clock: Clock,
  ) {}

  /**
   * Anchors what is waiting: of everybody, or of one user in some files. Never fails because of a book.
   *
   * @param signal Aborted when the process is about to stop: the rest is for the next run.
   */
  async run(
    only?: { readonly userId: number; readonly bookFileIds: readonly number[] },
    signal?: AbortSignal,
  ): Promise<void> {
    const { manager } = this.dataSource;
    const waiting = await this.anchors.findUnanchored(manager, ANNOTATIONS_A_RUN, only);
    const files = [...Map.groupBy(waiting, ({ userId, bookFileId }) => `${userId}/${bookFileId}`).values()];
    // What one request changed costs the same however many books it is about; the rest goes book by book, so that little is locked at once.
    for (const some of only ? [files] : files.map((ofFile) => [ofFile])) {
      if (signal?.aborted) return;
      await this.anchorFiles(some);
    }
  }

  /** {@link run} for what a request has just changed; what takes longer than `milliseconds` goes on behind the answer. */
  async runWithin(milliseconds: number, userId: number, bookFileIds: readonly number[]): Promise<void> {
    if (bookFileIds.length === 0) return;
    const work = this.run({ userId, bookFileIds }).catch((error: unknown) =>
      this.logger.warn(`Annotations are looked up later: ${String(error)}`),
    );
    const deadline = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => deadline.resolve(undefined), milliseconds);
    await Promise.race([work, deadline.promise]);
    clearTimeout(timer);
  }

  /** @param files Annotations of one user, those of each file together. The books are read before anything is locked. */
  private async anchorFiles(files: readonly (readonly Unanchored[])[]): Promise<void> {
    const [first] = files.flat();
    if (!first) return;
    const { userId } = first;
    const found = await this.translator.translateAll(
      this.dataSource.manager,
      files.map((ofFile) => ({
        file: { bookFileId: ofFile[0]?.bookFileId ?? 0, domVersion: DOM_VERSION },
        asked: ofFile.flatMap((annotation) => DIALECTS.map(askFor(annotation))),
      })),
    );
    const looked = files.flatMap((ofFile, file) =>
      ofFile.map((annotation, n): Looked => {
        const there = (found[file] ?? []).slice(DIALECTS.length * n, DIALECTS.length * (n + 1));
        const [cfi, xpointer, span] = there.map(certain);
        const isUnread = there.some((each) => each.kind === 'lost' && each.isUnread);
        return { annotation, cfi, xpointer, span, isUnread };
      }),
    );
    await this.transaction.run(async (tx) => {
      await lockFiles(
        tx,
        userId,
        files.flatMap(([of]) => (of ? [of.bookFileId] : [])),
      );
      const versions = await this.move(tx, userId, looked.filter(isToMove));
      const anchors = looked.map((each) => anchorOf(each, versions.get(each.annotation.id)));
      await this.anchors.keep(tx, userId, anchors);
    });
  }

  /** Gives annotations their place in their files as they are now. @returns The new versions of the places that changed. */
  private async move(
    tx: EntityManager,
    userId: number,
    looked: readonly Looked[],
  ): Promise<ReadonlyMap<number, number>> {
    if (looked.length === 0) return new Map();
    const now = this.clock.now();
    const lookedById = new Map(looked.map((each) => [each.annotation.id, each]));
    const moved = (await this.annotations.findMany(tx, userId, [...lookedById.keys()])).flatMap(({ annotation }) => {
      const { annotation: before, xpointer } = lookedById.get(annotation.id) ?? {};
      if (!xpointer || before?.placeVersion !== annotation.placeVersion) return [];
      const place: Place = { format: 'xpointer', pos0: xpointer.start, pos1: xpointer.end, domVersion: DOM_VERSION };
      const after = editOnServer(annotation, { place }, now.getTime() / 1000);
      return after === annotation ? [] : [after];
    });
    const byFile = Map.groupBy(moved, ({ id }) => lookedById.get(id)?.annotation.bookFileId ?? 0);
    const saves = [...byFile].map(([bookFileId, annotations]) => ({
      bookFileId,
      change: { annotations, holdings: [] },
    }));
    await this.annotations.save(tx, userId, { source: 'web', deviceId: '' }, saves, now);
    return new Map(moved.map(({ id, placeVersion }) => [id, placeVersion]));
  }
}

/** What was found of an annotation with certainty. */
interface Looked {
  readonly annotation: Unanchored;
  readonly cfi?: FoundPosition;
  readonly xpointer?: FoundPosition;
  readonly span?: FoundPosition;
  /** The book could not be looked into now. */
  readonly isUnread: boolean;
}

/** By structure first; its words decide where they are known, and are known to be of the book. */
function askFor(annotation: Unanchored) {
  const { xpointer, xpointerEnd, cfi, domVersion, quote, kind, text } = annotation;
  const isRange = xpointer === null ? parseCfi(cfi ?? '')?.kind === 'range' : xpointerEnd !== null;
  const words =
    quote ?? (kind === 'highlight' && isRange && text ? { exact: text, prefix: '', suffix: '' } : undefined);
  return (to: AskedPosition['to']): AskedPosition => ({
    ...(xpointer === null
      ? { from: 'cfi', start: cfi ?? '' }
      : { from: 'xpointer', start: xpointer, end: xpointerEnd ?? undefined, domVersion: domVersion ?? undefined }),
    to,
    ...(words &&
      words.exact !== '' && {
        text: words.exact,
        ...(words.prefix !== '' && { prefix: words.prefix }),
        ...(words.suffix !== '' && { suffix: words.suffix }),
      }),
  });
}

function certain(found: FoundPosition | LostPosition | undefined): FoundPosition | undefined {
  return found && (found.kind === 'exact' || found.kind === 'repaired') ? found : undefined;
}

/** A pointer that a device wrote for the file as it is stays as it came, whatever our model of it says. */
function isToMove({ annotation, xpointer }: Looked): boolean {
  return (
    xpointer !== undefined && (annotation.xpointer === null || (annotation.isRewritten && xpointer.kind === 'repaired'))
  );
}

function anchorOf({ annotation, cfi, span, isUnread }: Looked, placeVersion = annotation.placeVersion): Anchor {
  const { hasOutdated, isRewritten } = annotation;
  // What the web reader wrote for this content is kept as it came.
  const isToWrite = annotation.cfi === null || hasOutdated || isRewritten || cfi?.kind === 'repaired';
  return {
    annotation,
    placeVersion,
    isUnread,
    isLost: !cfi && (isRewritten || hasOutdated),
    ...(cfi && isToWrite && { cfi: joinedCfi(cfi) }),
    ...(span && { koboSpan: span.start, koboSpanEnd: span.end }),
    ...(cfi?.quote && { quote: cfi.quote }),
  };
}

/** One CFI for both ends; the start alone where they are in different documents, which no CFI spans. */
function joinedCfi({ start, end }: FoundPosition): string {
  const [first, last] = [parseCfi(start), end === undefined ? undefined : parseCfi(end)];
  if (first?.kind !== 'point' || last?.kind !== 'point') return start;
  const documentOf = ({ parts }: typeof first.at) =>
    JSON.stringify(parts.slice(0, -1).map((steps) => steps.map(({ index }) => index)));
  return documentOf(first.at) === documentOf(last.at) ? formatCfiRange(first.at, last.at) : start;
}
