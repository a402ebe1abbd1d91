import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { StockProgressAnswer, StockProgressPush, StockProgressPushAnswer } from '@bookorbit/contracts';
import { Device, DeviceAccess, type DevicePrincipal, ExchangeWatch, PublicAccess } from '../auth/index.ts';
import type { Open } from '../device/index.ts';
import { Refusal } from '../http/index.ts';
import { PullStockProgress } from './pull-stock-progress.ts';
import { PushStockProgress } from './push-stock-progress.ts';
import { checkDocument, checkStockPush } from './stock-progress.ts';

/** The routes of KOReader's own progress sync (kosync). */
@ApiTags('KOReader progress sync')
@Controller('koreader')
@DeviceAccess('stock')
export class StockProgressController {
  constructor(
    private readonly pushProgress: PushStockProgress,
    private readonly pullProgress: PullStockProgress,
    private readonly watch: ExchangeWatch,
  ) {}

  @Get('users/auth')
  authorize(@Device() device: DevicePrincipal): { authorized: 'OK'; username: string } {
    return { authorized: 'OK', username: device.accountName };
  }

  /** Public, because the stock client's Register button comes without an account; it only learns where accounts are made. */
  @Post('users/create')
  @PublicAccess()
  register(): never {
    throw new Refusal(
      'registration_off',
      'Accounts are made in BookOrbit under Settings › Integrations › KOReader; log in with that name and password.',
    );
  }

  @Put('syncs/progress')
  @HttpCode(200)
  async push(
    @Device() device: DevicePrincipal,
    @Body() body: Open<StockProgressPush>,
  ): Promise<StockProgressPushAnswer> {
    const { userId } = device;
    const work = async () => this.pushProgress.run(device, checkStockPush(body, userId));
    // Stock KOReader waits for its answer before the page turns: the feed does not make it wait longer.
    const { answer } = await this.watch.around({ userId, route: 'kosync', body }, work, false);
    return answer;
  }

  @Get('syncs/progress/:document')
  pull(
    @Device() device: DevicePrincipal,
    @Param('document') document: string,
  ): Promise<StockProgressAnswer | Record<string, never>> {
    return this.pullProgress.run(device, checkDocument(document));
  }

  /** Public: monitors and clients ask it before they have an account. */
  @Get('healthcheck')
  @PublicAccess()
  healthcheck(): { state: 'OK' } {
    return { state: 'OK' };
  }
}
