import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type {
  AckAnswer,
  AnnotationExchangeAnswer,
  AnnotationUploadAnswer,
  BookmarkExchangeAnswer,
} from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal } from '../auth/index.ts';
import {
  AnnotationAckDto,
  AnnotationExchangeDto,
  AnnotationUploadDto,
  BookmarkAckDto,
  BookmarkExchangeDto,
} from './exchange.dto.ts';
import { PluginAnnotations } from './plugin-annotations.ts';

@ApiTags('KOReader plugin')
@Controller('koreader/plugin')
@DeviceAccess('plugin')
export class AnnotationsController {
  constructor(private readonly annotations: PluginAnnotations) {}

  @Post('annotations/exchange')
  @HttpCode(200)
  exchange(@Device() device: DevicePrincipal, @Body() body: AnnotationExchangeDto): Promise<AnnotationExchangeAnswer> {
    return this.annotations.exchange(device, body);
  }

  @Post('annotations/exchange-ack')
  @HttpCode(200)
  ack(@Device() device: DevicePrincipal, @Body() body: AnnotationAckDto): Promise<AckAnswer> {
    return this.annotations.ack(device, body);
  }

  /** The older one-way upload. */
  @Post('annotations')
  @HttpCode(200)
  upload(@Device() device: DevicePrincipal, @Body() body: AnnotationUploadDto): Promise<AnnotationUploadAnswer> {
    return this.annotations.upload(device, body);
  }

  @Post('bookmarks/exchange')
  @HttpCode(200)
  exchangeBookmarks(
    @Device() device: DevicePrincipal,
    @Body() body: BookmarkExchangeDto,
  ): Promise<BookmarkExchangeAnswer> {
    return this.annotations.exchangeDogEars(device, body);
  }

  @Post('bookmarks/exchange-ack')
  @HttpCode(200)
  ackBookmarks(@Device() device: DevicePrincipal, @Body() body: BookmarkAckDto): Promise<AckAnswer> {
    return this.annotations.ackDogEars(device, body);
  }
}
