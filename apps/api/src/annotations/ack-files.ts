import { Injectable } from '@nestjs/common';
import { type AckRequest, type AnnotationKind, takeInAcks } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { lockFiles } from '../database/index.ts';
import { annotationKey } from './annotation-key.ts';
import { AnnotationRepository, type FileSave } from './annotation.repository.ts';
import type { ExchangingDevice } from './exchange-files.ts';

/** What a device did of what it was asked for a file. */
export interface FileAcks {
  readonly bookFileId: number;
  readonly request: Omit<AckRequest, 'kind'>;
}

/** The part both acks share: lock the files, let the rules decide, save. Runs inside the caller's transaction. */
@Injectable()
export class AckFiles {
  constructor(private readonly annotations: AnnotationRepository) {}

  /** @returns How many acks concerned an annotation of the file, for each of `acks`. */
  async run(
    tx: EntityManager,
    userId: number,
    device: ExchangingDevice,
    kind: AnnotationKind,
    acks: readonly FileAcks[],
    now: Date,
  ): Promise<number[]> {
    if (acks.length === 0) return [];
    const fileIds = [...new Set(acks.map(({ bookFileId }) => bookFileId))];
    await lockFiles(tx, userId, fileIds);
    const files = new Map(await this.annotations.findFiles(tx, userId, device.deviceId, kind, fileIds));
    const asking = { ...device, receives: true, isFirstSync: false };
    const saves = new Map<number, FileSave>();
    const counts: number[] = [];
    // Two documents of a request may be one file.
    for (const bookFileId of fileIds) {
      const file = files.get(bookFileId) ?? { annotations: [], holdings: [] };
      const own = acks.filter((each) => each.bookFileId === bookFileId);
      const all = {
        kind,
        applied: own.flatMap(({ request }) => request.applied),
        deleted: own.flatMap(({ request }) => request.deleted),
      };
      const { draft } = takeInAcks(file, asking, all, now.getTime() / 1000, annotationKey);
      saves.set(bookFileId, { bookFileId, change: draft.change() });
    }
    for (const { bookFileId, request } of acks) {
      const known = new Set(files.get(bookFileId)?.annotations.map(({ id }) => id));
      counts.push([...request.applied, ...request.deleted].filter(({ serverId }) => known.has(serverId)).length);
    }
    await this.annotations.save(
      tx,
      userId,
      { source: 'koreader', deviceId: device.deviceId },
      [...saves.values()],
      now,
    );
    return counts;
  }
}
