import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type DeviceDetail,
  LIMITS,
  SYNC_OUTCOMES,
  type SyncFeed as SyncFeedPage,
  type SyncFeedQuery,
  type SyncOutcome,
} from '@bookorbit/contracts';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { DataSource } from 'typeorm';
import { CurrentUser, ofKoreader, TellsPages, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { IsStorableText, Optional, Refusal } from '../http/index.ts';
import { ActivityRepository } from './activity.repository.ts';
import { DeviceRegistry } from './device-registry.ts';
import { FeedRepository } from './feed.repository.ts';
import { DeviceChangeDto } from './sweep.dto.ts';

/** Entries of all users share one sequence, which outgrows the ids of other tables. */
const LARGEST_ENTRY_ID = 999_999_999_999_999;

class FeedQueryDto implements SyncFeedQuery {
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LARGEST_ENTRY_ID)
  readonly before?: number;

  @Optional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.deviceIdLength)
  readonly deviceId?: string;

  @Optional()
  @IsIn(SYNC_OUTCOMES)
  readonly outcome?: SyncOutcome;
}

@ApiTags('KOReader settings')
@Controller('koreader')
@WebAccess('koreader_sync')
export class DevicesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly activity: ActivityRepository,
    private readonly feed: FeedRepository,
    private readonly registry: DeviceRegistry,
  ) {}

  /** What devices did, newest first. */
  @Get('activity')
  findFeed(@CurrentUser() user: UserPrincipal, @Query() query: FeedQueryDto): Promise<SyncFeedPage> {
    return this.feed.findPage(this.dataSource.manager, user.userId, query);
  }

  @Get('devices/:deviceId')
  async findDevice(@CurrentUser() user: UserPrincipal, @Param('deviceId') deviceId: string): Promise<DeviceDetail> {
    const { manager } = this.dataSource;
    const summary = (await this.activity.listDevices(manager, user.userId)).find((one) => one.deviceId === deviceId);
    const detail = await this.feed.findDetail(manager, user.userId, deviceId);
    if (!summary || !detail) throw new Refusal('not_found', 'There is no such device.');
    return { ...summary, ...detail };
  }

  @Patch('devices/:deviceId')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async change(
    @CurrentUser() user: UserPrincipal,
    @Param('deviceId') deviceId: string,
    @Body() body: DeviceChangeDto,
  ): Promise<void> {
    await this.registry.change(user.userId, deviceId, body);
  }

  /** Forgets the device; what it brought stays. */
  @Delete('devices/:deviceId')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async forget(@CurrentUser() user: UserPrincipal, @Param('deviceId') deviceId: string): Promise<void> {
    await this.registry.forget(user.userId, deviceId);
  }
}
