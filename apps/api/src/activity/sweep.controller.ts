import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { SweepAnswer } from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal } from '../auth/index.ts';
import { ReportSweep } from './report-sweep.ts';
import { SweepReportDto } from './sweep.dto.ts';

@ApiTags('KOReader plugin')
@Controller('koreader/plugin')
@DeviceAccess('plugin')
export class SweepController {
  constructor(private readonly reportSweep: ReportSweep) {}

  @Post('sweeps')
  @HttpCode(200)
  report(@Device() device: DevicePrincipal, @Body() body: SweepReportDto): Promise<SweepAnswer> {
    return this.reportSweep.run(device, body);
  }
}
