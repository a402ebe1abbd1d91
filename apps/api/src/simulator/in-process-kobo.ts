import type { INestApplication } from '@nestjs/common';
import { KOBO_DEVICE } from '@bookorbit/contracts';
import { type Annotation, createOnServer, editOnServer, entomb } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { AnnotationRepository } from '../annotations/annotation.repository.ts';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { TakeInReports } from '../progress/take-in-reports.ts';

const BY_KOBO = { source: 'kobo', deviceId: '' } as const;

interface KoboNote {
  readonly text: string;
  readonly koboSpan: string;
  readonly koboSpanEnd: string;
  /** Where that is, in the pointers of KOReader. */
  readonly xpointer: string;
  readonly xpointerEnd: string;
}

/** A Kobo of one user. There are no routes for one yet: it acts by the use cases and rules its routes would act by. */
export class InProcessKobo {
  constructor(
    private readonly app: INestApplication,
    private readonly userId: number,
  ) {}

  read(bookFileId: number, place: { readonly percentage: number; readonly koboSpan: string }, readAt: number) {
    const { percentage, koboSpan } = place;
    const { id: deviceId, name: deviceName } = KOBO_DEVICE;
    const report = { bookFileId, deviceId, deviceName, source: 'kobo' as const, percentage, position: { koboSpan } };
    const receivedAt = Math.floor(this.now().getTime() / 1000);
    return this.inTransaction((tx) =>
      this.app.get(TakeInReports).run(tx, this.userId, [{ ...report, readAt, receivedAt }], 'whenRead'),
    );
  }

  makeNote(bookFileId: number, note: KoboNote) {
    const { text, koboSpan, koboSpanEnd, xpointer: pos0, xpointerEnd: pos1 } = note;
    const annotations = this.app.get(AnnotationRepository);
    return this.inTransaction(async (tx) => {
      await lockFiles(tx, this.userId, [bookFileId]);
      const file = (await annotations.findFiles(tx, this.userId, '', 'highlight', [bookFileId])).get(bookFileId);
      const place = { format: 'xpointer' as const, pos0, pos1 };
      const made = createOnServer(
        {
          kind: 'highlight',
          fields: { drawer: 'lighten', color: 'yellow', text, place },
          createdAt: Math.floor(this.now().getTime() / 1000),
          utcOffsetMinutes: 0,
        },
        new Set(file?.annotations.map(({ datetime }) => datetime)),
      );
      const change = { annotations: [{ ...made, id: -1 }], holdings: [] };
      const ids = await annotations.save(tx, this.userId, BY_KOBO, [{ bookFileId, change }], this.now());
      await tx.query(`UPDATE annotations SET kobo_span = $3, kobo_span_end = $4 WHERE user_id = $1 AND id = $2`, [
        ...[this.userId, ids.get(-1)],
        ...[koboSpan, koboSpanEnd],
      ]);
    });
  }

  editNote(annotationId: number, note: string) {
    return this.change(annotationId, (before, now) => editOnServer(before, { note }, now));
  }

  deleteNote(annotationId: number) {
    return this.change(annotationId, entomb);
  }

  private change(annotationId: number, decide: (before: Annotation, now: number) => Annotation) {
    const annotations = this.app.get(AnnotationRepository);
    return this.inTransaction(async (tx) => {
      const [row] = await tx.query(`SELECT book_file_id FROM annotations WHERE user_id = $1 AND id = $2`, [
        this.userId,
        annotationId,
      ]);
      const bookFileId = Number(row.book_file_id);
      await lockFiles(tx, this.userId, [bookFileId]);
      const before = await annotations.findOne(tx, this.userId, annotationId);
      if (!before) throw new Error('a highlight that was there is gone');
      const change = { annotations: [decide(before, this.now().getTime() / 1000)], holdings: [] };
      await annotations.save(tx, this.userId, BY_KOBO, [{ bookFileId, change }], this.now());
    });
  }

  private now(): Date {
    return this.app.get(Clock).now();
  }

  private inTransaction(work: (tx: EntityManager) => Promise<void>): Promise<void> {
    return this.app.get(Transaction).run(work);
  }
}
