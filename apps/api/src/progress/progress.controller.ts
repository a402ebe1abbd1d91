import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ProgressPushAnswer } from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal } from '../auth/index.ts';
import { ProgressPushDto } from './push-progress.dto.ts';
import { PushProgress } from './push-progress.ts';

@ApiTags('KOReader plugin')
@Controller('koreader/plugin')
@DeviceAccess('plugin')
export class ProgressController {
  constructor(private readonly pushProgress: PushProgress) {}

  @Post('progress')
  @HttpCode(200)
  push(@Device() device: DevicePrincipal, @Body() body: ProgressPushDto): Promise<ProgressPushAnswer> {
    return this.pushProgress.run(device, body);
  }
}
