import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PageStatsAnswer } from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal } from '../auth/index.ts';
import { PageStatsPushDto } from './page-stats.dto.ts';
import { PushPageStats } from './push-page-stats.ts';

@ApiTags('KOReader plugin')
@Controller('koreader/plugin')
@DeviceAccess('plugin')
export class SessionsController {
  constructor(private readonly pushPageStats: PushPageStats) {}

  @Post('page-stats')
  @HttpCode(200)
  push(@Device() device: DevicePrincipal, @Body() body: PageStatsPushDto): Promise<PageStatsAnswer> {
    return this.pushPageStats.run(device, body);
  }
}
