import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type {
  ReadBooks,
  ReadingAchievement,
  ReadingLog as ReadingLogPage,
  ReadingStatistics as Statistics,
  ReadingTimeZone,
} from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { CurrentUser, ofKoreader, TellsPages, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { isTimeZone } from '../clock/index.ts';
import { Refusal } from '../http/index.ts';
import { ChangeTimeZone } from './change-time-zone.ts';
import { ReadingLog } from './reading-log.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';
import { ReadingStatistics } from './reading-statistics.ts';
import {
  NewReadingLogEntryDto,
  ReadBooksQueryDto,
  ReadingLogQueryDto,
  ReadingTimeZoneDto,
  StatisticsQueryDto,
} from './reading.dto.ts';

@ApiTags('Reading')
@Controller('reading')
@WebAccess()
export class ReadingController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly log: ReadingLog,
    private readonly statistics: ReadingStatistics,
    private readonly sessions: ReadingSessionRepository,
    private readonly changeTimeZone: ChangeTimeZone,
  ) {}

  @Get('log')
  findLog(@CurrentUser() user: UserPrincipal, @Query() query: ReadingLogQueryDto): Promise<ReadingLogPage> {
    return this.log.find(user, query.bookId, query.before);
  }

  @Post('log')
  @TellsPages(({ body }) => ({ type: 'progress', bookId: (body as NewReadingLogEntryDto).bookId }))
  async addEntry(@CurrentUser() user: UserPrincipal, @Body() body: NewReadingLogEntryDto): Promise<{ id: number }> {
    return { id: await this.log.add(user, body) };
  }

  @Delete('log/:id')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async removeEntry(@CurrentUser() user: UserPrincipal, @Param('id') id: string): Promise<void> {
    // Entries of all users share one sequence, which outgrows the ids of other tables.
    if (!/^[1-9]\d{0,14}$/.test(id)) throw new Refusal('not_found', 'There is no such entry.');
    await this.log.remove(user, Number(id));
  }

  @Get('statistics')
  findStatistics(@CurrentUser() user: UserPrincipal, @Query() query: StatisticsQueryDto): Promise<Statistics> {
    return this.statistics.find(user, query);
  }

  @Get('books')
  findBooks(@CurrentUser() user: UserPrincipal, @Query() query: ReadBooksQueryDto): Promise<ReadBooks> {
    return this.statistics.findBooks(user, query.q);
  }

  @Get('achievements')
  findAchievements(@CurrentUser() user: UserPrincipal): Promise<ReadingAchievement[]> {
    return this.statistics.findAchievements(user);
  }

  @Get('time-zone')
  async findTimeZone(@CurrentUser() user: UserPrincipal): Promise<ReadingTimeZone> {
    return { timeZone: await this.sessions.findTimeZone(this.dataSource.manager, user.userId) };
  }

  @Put('time-zone')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async setTimeZone(@CurrentUser() user: UserPrincipal, @Body() { timeZone }: ReadingTimeZoneDto): Promise<void> {
    if (!isTimeZone(timeZone))
      throw new Refusal('bad_request', 'This time zone is not known; give one such as Europe/Berlin.', {
        field: 'timeZone',
      });
    await this.changeTimeZone.run(user.userId, timeZone);
  }
}
