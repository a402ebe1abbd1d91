import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { MatchedBook, PluginActivity, SyncCheck } from '@bookorbit/contracts';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { serverUrl } from '../http/index.ts';
import { PluginSource } from '../plugin-packager/index.ts';
import { CheckSync } from './check-sync.ts';
import { isOlderVersion } from './compare-versions.ts';
import { PluginActivityRepository } from './plugin-activity.repository.ts';
import { pluginStateOf } from './plugin-state.ts';

@ApiTags('KOReader settings')
@Controller('koreader')
@WebAccess('koreader_sync')
export class PluginActivityController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly activity: PluginActivityRepository,
    private readonly checkSync: CheckSync,
    private readonly pluginSource: PluginSource,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** What the plugin brought in all. */
  @Get('plugin-activity')
  async findActivity(@CurrentUser() { userId }: UserPrincipal): Promise<PluginActivity> {
    const { manager } = this.dataSource;
    const [counts, lastSweep, installs, { version: availableVersion }] = await Promise.all([
      this.activity.count(manager, userId),
      this.activity.findLastSweep(manager, userId),
      this.activity.findInstalls(manager, userId),
      pluginStateOf(this.pluginSource),
    ]);
    const isOutdated = ({ pluginVersion }: { readonly pluginVersion: string }): boolean =>
      availableVersion !== undefined && isOlderVersion(pluginVersion, availableVersion);
    return { ...counts, lastSweep, availableVersion, outdatedDevices: installs.filter(isOutdated) };
  }

  /** What devices brought for each book. */
  @Get('matched-books')
  listMatchedBooks(@CurrentUser() { userId }: UserPrincipal): Promise<MatchedBook[]> {
    return this.activity.listMatchedBooks(this.dataSource.manager, userId);
  }

  /** Why is it not syncing? */
  @Get('check')
  async check(@CurrentUser() { userId }: UserPrincipal, @Req() request: Request): Promise<SyncCheck> {
    const plugin = await pluginStateOf(this.pluginSource);
    return this.checkSync.run(userId, serverUrl(request, this.environment.publicUrl), plugin);
  }
}
