import { Injectable } from '@nestjs/common';
import { type PageStat, sittingDays, sittingsOf } from '@bookorbit/domain-reading-sessions';
import type { EntityManager } from 'typeorm';
import { calendarOf } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { ReadingDaysRepository, type SessionDays } from './reading-days.repository.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';

/** Gives a user another time zone: the days of everything read so far are made anew, for they end at other midnights. */
@Injectable()
export class ChangeTimeZone {
  constructor(
    private readonly transaction: Transaction,
    private readonly sessions: ReadingSessionRepository,
    private readonly days: ReadingDaysRepository,
  ) {}

  /** @param timeZone An IANA name this server knows. */
  async run(userId: number, timeZone: string): Promise<void> {
    await this.transaction.run(async (tx) => {
      await this.days.lockTimeZone(tx, userId);
      if ((await this.sessions.findTimeZone(tx, userId)) === timeZone) return;
      await this.days.setTimeZone(tx, userId, timeZone);
      await this.days.removeAll(tx, userId);
      // File by file: a reader of many years has more page stats than should lie in memory at once.
      for (const bookFileId of await this.days.findFiles(tx, userId))
        await this.remake(tx, userId, bookFileId, timeZone);
    });
  }

  private async remake(tx: EntityManager, userId: number, bookFileId: number, timeZone: string): Promise<void> {
    const calendar = calendarOf(timeZone);
    const statsByDevice = await this.days.findStats(tx, userId, bookFileId);
    const daysByStart = new Map<string, ReadonlyMap<string, number>>();
    for (const [deviceId, stats] of statsByDevice) {
      for (const sitting of sittingsOf(stats))
        daysByStart.set(keyOf(deviceId, sitting[0]), sittingDays(sitting, calendar));
    }
    const made = (await this.days.findSessions(tx, userId, bookFileId)).map((session): SessionDays => {
      const measured = daysByStart.get(keyOf(session.deviceId, session));
      const whole = { page: 0, startTime: session.startTime, duration: session.duration, totalPages: 1 };
      const days = session.source === 'koreader' && measured ? measured : sittingDays([whole], calendar);
      return { id: session.id, days: Object.fromEntries(days) };
    });
    await this.days.add(tx, userId, made);
  }
}

function keyOf(deviceId: string, first: Pick<PageStat, 'startTime'> | undefined): string {
  return `${first?.startTime} ${deviceId}`;
}
