import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { DeviceKeySummary, DeviceSummary, KoreaderSettings } from '@bookorbit/contracts';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { serverUrl } from '../http/index.ts';
import { PluginSource } from '../plugin-packager/index.ts';
import { ActivityRepository } from './activity.repository.ts';
import { pluginStateOf } from './plugin-state.ts';

@ApiTags('KOReader settings')
@Controller('koreader')
@WebAccess('koreader_sync')
export class ActivityController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly activity: ActivityRepository,
    private readonly pluginSource: PluginSource,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  @Get()
  async settings(@CurrentUser() user: UserPrincipal, @Req() request: Request): Promise<KoreaderSettings> {
    const { manager } = this.dataSource;
    const [account, counts, plugin] = await Promise.all([
      this.activity.findAccount(manager, user.userId),
      this.activity.count(manager, user.userId),
      pluginStateOf(this.pluginSource),
    ]);
    return { account, counts, plugin, serverUrl: serverUrl(request, this.environment.publicUrl) };
  }

  @Get('devices')
  listDevices(@CurrentUser() user: UserPrincipal): Promise<DeviceSummary[]> {
    return this.activity.listDevices(this.dataSource.manager, user.userId);
  }

  @Get('device-keys')
  listDeviceKeys(@CurrentUser() user: UserPrincipal): Promise<DeviceKeySummary[]> {
    return this.activity.listDeviceKeys(this.dataSource.manager, user.userId);
  }
}
