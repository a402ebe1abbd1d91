import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { BookStatesAnswer } from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal } from '../auth/index.ts';
import { BookStatesPushDto } from './book-states.dto.ts';
import { PushBookStates } from './push-book-states.ts';

@ApiTags('KOReader plugin')
@Controller('koreader/plugin')
@DeviceAccess('plugin')
export class BookStatesController {
  constructor(private readonly pushBookStates: PushBookStates) {}

  @Post('book-states')
  @HttpCode(200)
  push(@Device() device: DevicePrincipal, @Body() body: BookStatesPushDto): Promise<BookStatesAnswer> {
    return this.pushBookStates.run(device, body);
  }
}
