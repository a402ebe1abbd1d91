import { Injectable } from '@nestjs/common';
import type { AnnotationChange, AnnotationDetail, NewWebAnnotation } from '@bookorbit/contracts';
import {
  type Annotation,
  type AnnotationFields,
  confirmHeld,
  createOnServer,
  discardHeld,
  drawerFromStyle,
  editOnServer,
  entomb,
  type Place,
  restoreOnServer,
} from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { AccessibleFiles } from '../libraries/index.ts';
import { ANCHORED_WITHIN_MILLISECONDS, AnchorAnnotations } from './anchor-annotations.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { AnnotationRepository } from './annotation.repository.ts';
import { colorName, patchedFields, webColumns } from './patched-annotation.ts';
import { PositionTranslator } from './position-translator.ts';
import { utcOffsetMinutes } from './utc-offset.ts';

const ON_THE_WEB = { source: 'web', deviceId: '' } as const;

/** Makes, changes, deletes and restores annotations on the web. Each change is in the next answer to every device that has the file. */
@Injectable()
export class ChangeAnnotations {
  constructor(
    private readonly transaction: Transaction,
    private readonly annotations: AnnotationRepository,
    private readonly list: AnnotationListRepository,
    private readonly files: AccessibleFiles,
    private readonly translator: PositionTranslator,
    private readonly anchorAnnotations: AnchorAnnotations,
    private readonly clock: Clock,
  ) {}

  async create(userId: number, made: NewWebAnnotation): Promise<AnnotationDetail> {
    // Books are read before anything is locked.
    const { place, text } = await this.transaction.run((tx) => this.placeOf(tx, userId, made));
    const id = await this.transaction.run(async (tx) => {
      const { kind = 'highlight', fileId: bookFileId } = made;
      await lockFiles(tx, userId, [bookFileId]);
      const now = this.clock.now();
      const file = (await this.annotations.findFiles(tx, userId, '', kind, [bookFileId])).get(bookFileId);
      const annotation = createOnServer(
        {
          kind,
          fields: { ...fieldsOf(kind, made), text: made.text ?? text, chapter: made.chapter, place },
          createdAt: Math.floor(now.getTime() / 1000),
          utcOffsetMinutes: utcOffsetMinutes(await this.annotations.findTimeZone(tx, userId), now),
          pageno: made.page,
        },
        new Set(file?.annotations.map(({ datetime }) => datetime)),
      );
      const change = { annotations: [{ ...annotation, id: -1 }], holdings: [] };
      const ids = await this.annotations.save(tx, userId, ON_THE_WEB, [{ bookFileId, change }], now);
      const id = ids.get(-1) ?? 0;
      await this.annotations.saveWebColumns(tx, userId, [id], { ...webColumns(made), cfi: made.cfi ?? null });
      return id;
    });
    await this.anchorAnnotations.runWithin(ANCHORED_WITHIN_MILLISECONDS, userId, [made.fileId]);
    return this.transaction.run((tx) => this.detail(tx, userId, id));
  }

  edit(userId: number, id: number, patch: AnnotationChange): Promise<AnnotationDetail> {
    return this.change(
      userId,
      id,
      (annotation, now) => {
        if (annotation.deletedAt !== undefined) {
          throw new Refusal('conflict', 'The annotation is in the trash; restore it first.');
        }
        return editOnServer(annotation, patchedFields(annotation, patch), now);
      },
      patch,
    );
  }

  moveToTrash(userId: number, id: number): Promise<AnnotationDetail> {
    return this.change(userId, id, (annotation, now) =>
      annotation.deletedAt === undefined ? entomb(annotation, now) : annotation,
    );
  }

  restore(userId: number, id: number): Promise<AnnotationDetail> {
    return this.change(userId, id, restoreOnServer);
  }

  /** Lets devices try again what they could not do; one that has no place for them yet is looked for anew. */
  async retry(userId: number, id: number): Promise<void> {
    const { fileId: bookFileId, positions, text } = await this.transaction.run((tx) => this.detail(tx, userId, id));
    const { cfi, xpointer, pdf } = positions;
    const isPlaceless = cfi !== undefined && xpointer === undefined && pdf === undefined;
    const found = isPlaceless
      ? await this.transaction.run((tx) => this.translator.toXpointer(tx, { bookFileId, cfi, text }))
      : undefined;
    if (found && found.kind !== 'lost') {
      await this.change(userId, id, (annotation, now) => editOnServer(annotation, { place: found.place }, now));
    }
    await this.transaction.run(async (tx) => {
      await lockFiles(tx, userId, [bookFileId]);
      await this.annotations.forgetFailures(tx, userId, id);
    });
  }

  /** Decides deletions of a device that were held because they were so many. */
  async decideHeld(
    userId: number,
    held: { readonly deviceId: string; readonly fileId: number; readonly kind?: Annotation['kind'] },
    decision: 'confirm' | 'discard',
  ): Promise<void> {
    const { deviceId, fileId: bookFileId, kind = 'highlight' } = held;
    await this.transaction.run(async (tx) => {
      await this.requireFile(tx, userId, bookFileId);
      await lockFiles(tx, userId, [bookFileId]);
      const now = this.clock.now();
      const file = (await this.annotations.findFiles(tx, userId, deviceId, kind, [bookFileId])).get(bookFileId);
      if (!file) return;
      const change =
        decision === 'confirm' ? confirmHeld(file, deviceId, now.getTime() / 1000) : discardHeld(file, deviceId);
      await this.annotations.save(tx, userId, { source: 'web', deviceId }, [{ bookFileId, change }], now);
    });
  }

  private change(
    userId: number,
    id: number,
    decide: (annotation: Annotation, now: number) => Annotation,
    patch: AnnotationChange = {},
  ): Promise<AnnotationDetail> {
    return this.transaction.run(async (tx) => {
      const { fileId: bookFileId } = await this.detail(tx, userId, id);
      await lockFiles(tx, userId, [bookFileId]);
      const now = this.clock.now();
      const before = await this.annotations.findOne(tx, userId, id);
      if (!before) throw notFound();
      const after = decide(before, now.getTime() / 1000);
      if (after !== before) {
        const change = { annotations: [after], holdings: [] };
        await this.annotations.save(tx, userId, ON_THE_WEB, [{ bookFileId, change }], now);
      }
      const columns = webColumns(patch);
      if (Object.keys(columns).length > 0) await this.annotations.saveWebColumns(tx, userId, [id], columns);
      return this.detail(tx, userId, id);
    });
  }

  private async detail(tx: EntityManager, userId: number, id: number): Promise<AnnotationDetail> {
    const detail = await this.list.find(tx, userId, id);
    if (!detail) throw notFound();
    return detail;
  }

  private async requireFile(tx: EntityManager, userId: number, fileId: number): Promise<void> {
    if (!(await this.files.findFile(tx, userId, fileId))) throw new Refusal('not_found', 'There is no such file.');
  }

  private async placeOf(
    tx: EntityManager,
    userId: number,
    made: NewWebAnnotation,
  ): Promise<{ readonly place?: Place; readonly text?: string }> {
    await this.requireFile(tx, userId, made.fileId);
    const { fileId: bookFileId, xpointer, xpointerEnd, pdf, pdfEnd, cfi, text } = made;
    if (xpointer !== undefined) return { place: { format: 'xpointer', pos0: xpointer, pos1: xpointerEnd } };
    if (pdf !== undefined) return { place: { format: 'pdf', pos0: pdf, pos1: pdfEnd } };
    if (cfi === undefined) {
      throw new Refusal('bad_request', 'Say where it is: cfi, xpointer or pdf.', { field: 'cfi' });
    }
    const found = await this.translator.toXpointer(tx, { bookFileId, cfi, text });
    return found.kind === 'lost' ? {} : found;
  }
}

function notFound(): Refusal {
  return new Refusal('not_found', 'There is no such annotation.');
}

function fieldsOf(
  kind: Annotation['kind'],
  { style = 'highlight', color, text, note }: NewWebAnnotation,
): AnnotationFields {
  return {
    ...(kind === 'highlight' && { drawer: drawerFromStyle(style), color: color ? colorName(color) : 'yellow' }),
    text,
    note: note === '' ? undefined : note,
  };
}
