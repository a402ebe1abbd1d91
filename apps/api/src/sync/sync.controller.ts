import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { SyncAnswer } from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal } from '../auth/index.ts';
import { SyncBooks } from './sync-books.ts';
import { SyncRequestDto } from './sync.dto.ts';

@ApiTags('KOReader plugin')
@Controller('koreader/plugin')
@DeviceAccess('plugin')
export class SyncController {
  constructor(private readonly syncBooks: SyncBooks) {}

  @Post('sync')
  @HttpCode(200)
  sync(@Device() device: DevicePrincipal, @Body() body: SyncRequestDto): Promise<SyncAnswer> {
    return this.syncBooks.run(device, body);
  }
}
