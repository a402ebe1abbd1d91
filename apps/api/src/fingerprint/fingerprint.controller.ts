import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { MatchCheckAnswer } from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal } from '../auth/index.ts';
import { CheckMatches } from './check-matches.ts';
import { MatchCheckDto } from './match-check.dto.ts';

@ApiTags('KOReader plugin')
@Controller('koreader/plugin')
@DeviceAccess('plugin')
export class FingerprintController {
  constructor(private readonly checkMatches: CheckMatches) {}

  @Post('match-check')
  @HttpCode(200)
  matchCheck(@Device() device: DevicePrincipal, @Body() body: MatchCheckDto): Promise<MatchCheckAnswer> {
    return this.checkMatches.run(device, body);
  }
}
