import { Body, Controller, Delete, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Id } from '../http/index.ts';
import { CurrentUser, WebAccess } from './access.decorator.ts';
import { KoreaderAccountChangeDto, NewKoreaderAccountDto } from './koreader-account.dto.ts';
import { KoreaderAccounts } from './koreader-account.ts';
import type { UserPrincipal } from './principals.ts';
import { ofKoreader, TellsPages } from './tells-pages.ts';

@ApiTags('KOReader settings')
@Controller('koreader')
@WebAccess('koreader_sync')
export class KoreaderAccountController {
  constructor(private readonly accounts: KoreaderAccounts) {}

  @Post('account')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async create(@CurrentUser() user: UserPrincipal, @Body() body: NewKoreaderAccountDto): Promise<void> {
    await this.accounts.create(user.userId, body.username, body.password);
  }

  @Patch('account')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async change(@CurrentUser() user: UserPrincipal, @Body() body: KoreaderAccountChangeDto): Promise<void> {
    if (body.password !== undefined) await this.accounts.changePassword(user.userId, body.password);
    if (body.isSyncEnabled !== undefined) await this.accounts.setSyncEnabled(user.userId, body.isSyncEnabled);
  }

  @Delete('account')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async delete(@CurrentUser() user: UserPrincipal): Promise<void> {
    await this.accounts.delete(user.userId);
  }

  @Delete('device-keys/:id')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async revokeDeviceKey(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.accounts.revokeDeviceKey(user.userId, id);
  }
}
