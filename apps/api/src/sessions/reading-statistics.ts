import { Injectable } from '@nestjs/common';
import {
  ACHIEVEMENT_LEVELS,
  type ReadBooks,
  type ReadingAchievement,
  type ReadingStatistics as Statistics,
} from '@bookorbit/contracts';
import { achievementsOf, streaksOf } from '@bookorbit/domain-reading-sessions';
import type { UserPrincipal } from '../auth/index.ts';
import { calendarOf, Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { searchPatterns } from '../libraries/index.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';
import { StatisticsRepository, type StatisticsScope } from './statistics.repository.ts';

const HOUR_SECONDS = 3600;

/** How much, when and on what somebody read. */
@Injectable()
export class ReadingStatistics {
  constructor(
    private readonly transaction: Transaction,
    private readonly statistics: StatisticsRepository,
    private readonly sessions: ReadingSessionRepository,
    private readonly clock: Clock,
  ) {}

  find(user: UserPrincipal, scope: StatisticsScope): Promise<Statistics> {
    return this.transaction.run(async (tx) => {
      const timeZone = await this.sessions.findTimeZone(tx, user.userId);
      const today = calendarOf(timeZone).dayOf(Math.floor(this.clock.now().getTime() / 1000)).day;
      const days = await this.statistics.findDays(tx, user, scope);
      const { bookId, source, deviceId } = scope;
      const ever = await this.statistics.findDays(tx, user, { bookId, source, deviceId });
      const totals = await this.statistics.findTotals(tx, user, scope);
      const finished = await this.statistics.findFinished(tx, user, scope, timeZone);
      return {
        timeZone,
        today,
        firstDay: ever[0]?.day,
        days,
        totals: {
          seconds: totals.seconds,
          sessions: totals.sessions,
          books: totals.books,
          days: days.length,
          finished: finished.length,
        },
        streak: streaksOf(
          ever.map(({ day }) => day),
          today,
        ),
        ...(totals.countedSeconds > 0 && {
          pace: {
            pagesPerHour: Math.round((totals.pages * HOUR_SECONDS * 10) / totals.countedSeconds) / 10,
            secondsPerSession: Math.round(totals.countedSeconds / totals.countedSessions),
          },
        }),
        hours: await this.statistics.findHours(tx, user, scope, timeZone),
        weekdays: await this.statistics.findWeekdays(tx, user, scope),
        devices: await this.statistics.findDevices(tx, user, scope),
        books: await this.statistics.findBooks(tx, user, scope),
        finished,
      };
    });
  }

  /** @param q Words of a title, an author or a series. */
  findBooks(user: UserPrincipal, q: string | undefined): Promise<ReadBooks> {
    return this.transaction.run((tx) => this.statistics.searchBooks(tx, user, searchPatterns(q)));
  }

  findAchievements(user: UserPrincipal): Promise<ReadingAchievement[]> {
    return this.transaction.run(async (tx) => {
      const timeZone = await this.sessions.findTimeZone(tx, user.userId);
      const days = await this.statistics.findDays(tx, user, {});
      const finished = await this.statistics.findFinished(tx, user, {}, timeZone);
      const secondsByDay = new Map(days.map(({ day, seconds }) => [day, seconds]));
      return achievementsOf({ secondsByDay, finishedOn: finished.map(({ day }) => day) }, ACHIEVEMENT_LEVELS);
    });
  }
}
