import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import type { DocumentLink, LinkDocument as LinkDocumentBody, UnmatchedDocument } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { CurrentUser, ofKoreader, TellsPages, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Id } from '../http/index.ts';
import { LinkDocument } from './link-document.ts';
import { ListUnmatched } from './list-unmatched.ts';
import { UnmatchedRepository } from './unmatched.repository.ts';

class LinkDocumentDto implements LinkDocumentBody {
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  readonly bookFileId: number;
}

@ApiTags('KOReader settings')
@Controller('koreader')
@WebAccess('koreader_sync')
export class UnmatchedController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly unmatched: UnmatchedRepository,
    private readonly listUnmatched: ListUnmatched,
    private readonly linkDocument: LinkDocument,
  ) {}

  @Get('unmatched')
  list(@CurrentUser() user: UserPrincipal): Promise<UnmatchedDocument[]> {
    return this.listUnmatched.run(user.userId);
  }

  @Post('unmatched/:id/link')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async link(@CurrentUser() user: UserPrincipal, @Id() id: number, @Body() body: LinkDocumentDto): Promise<void> {
    await this.linkDocument.link(user.userId, id, body.bookFileId);
  }

  @Post('unmatched/:id/dismiss')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async dismiss(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.linkDocument.setDismissed(user.userId, id, true);
  }

  @Post('unmatched/:id/restore')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async restore(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.linkDocument.setDismissed(user.userId, id, false);
  }

  @Get('links')
  listLinks(@CurrentUser() user: UserPrincipal): Promise<DocumentLink[]> {
    return this.unmatched.listLinks(this.dataSource.manager, user.userId);
  }

  @Delete('links/:id')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async unlink(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.linkDocument.unlink(user.userId, id);
  }
}
