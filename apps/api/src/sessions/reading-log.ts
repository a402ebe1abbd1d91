import { Injectable } from '@nestjs/common';
import type { NewReadingLogEntry, ReadingLog as ReadingLogPage } from '@bookorbit/contracts';
import { sittingDays } from '@bookorbit/domain-reading-sessions';
import type { UserPrincipal } from '../auth/index.ts';
import { calendarOf, Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { AccessibleFiles } from '../libraries/index.ts';
import { type LogPosition, ReadingLogRepository } from './reading-log.repository.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';

const PAGE = 50;

/** The log of all that was read, and what people write into it by hand. */
@Injectable()
export class ReadingLog {
  constructor(
    private readonly transaction: Transaction,
    private readonly files: AccessibleFiles,
    private readonly log: ReadingLogRepository,
    private readonly sessions: ReadingSessionRepository,
    private readonly clock: Clock,
  ) {}

  /** @param before The `next` of the page before. */
  find(user: UserPrincipal, bookId: number | undefined, before: string | undefined): Promise<ReadingLogPage> {
    return this.transaction.run(async (tx) => {
      const found = await this.log.find(tx, user, { bookId, before: positionFrom(before), limit: PAGE + 1 });
      const sessions = found.slice(0, PAGE);
      const last = sessions.at(-1);
      return {
        sessions,
        total: await this.log.count(tx, user, bookId),
        ...(found.length > PAGE && last && { next: `${Date.parse(last.startedAt) / 1000}-${last.id}` }),
      };
    });
  }

  /** @returns The id of the new entry. */
  async add(user: UserPrincipal, entry: NewReadingLogEntry): Promise<number> {
    const startTime = Math.floor(Date.parse(entry.startedAt) / 1000);
    if (startTime + entry.seconds > this.clock.now().getTime() / 1000)
      throw new Refusal('bad_request', 'This reading would end in the future; give an earlier start.', {
        field: 'startedAt',
      });
    return this.transaction.run(async (tx) => {
      const [file] = await this.files.findFilesOfBook(tx, user.userId, entry.bookId);
      if (!file) throw new Refusal('not_found', 'There is no such book.');
      await this.sessions.holdTimeZone(tx, user.userId);
      const calendar = calendarOf(await this.sessions.findTimeZone(tx, user.userId));
      const days = sittingDays([{ page: 0, startTime, duration: entry.seconds, totalPages: 1 }], calendar);
      return this.log.addManual(tx, user.userId, {
        bookFileId: file.id,
        startTime,
        seconds: entry.seconds,
        pages: entry.pages ?? 0,
        days: Object.fromEntries(days),
      });
    });
  }

  async remove(user: UserPrincipal, id: number): Promise<void> {
    const isRemoved = await this.transaction.run((tx) => this.log.removeManual(tx, user.userId, id));
    if (!isRemoved)
      throw new Refusal('not_found', 'There is no such entry made by hand; what a device measured stays.');
  }
}

function positionFrom(next: string | undefined): LogPosition | undefined {
  const [, startTime, id] = /^(\d{1,12})-(\d{1,15})$/.exec(next ?? '') ?? [];
  return startTime === undefined ? undefined : { startTime: Number(startTime), id: Number(id) };
}
