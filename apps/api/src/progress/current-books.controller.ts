import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CurrentBook } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { CurrentBooks } from './current-books.ts';

@ApiTags('Reading')
@Controller('reading/current')
@WebAccess()
export class CurrentBooksController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly currentBooks: CurrentBooks,
  ) {}

  /** Books begun and not ended. */
  @Get()
  find(@CurrentUser() user: UserPrincipal): Promise<CurrentBook[]> {
    return this.currentBooks.find(this.dataSource.manager, user);
  }
}
