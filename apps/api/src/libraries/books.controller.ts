import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { BookDetail, BookList, ProgressHistory } from '@bookorbit/contracts';
import type { Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Id, Refusal } from '../http/index.ts';
import { BookQueryDto, CoverQueryDto } from './books.dto.ts';
import { namesTag } from './byte-range.ts';
import { CoverCache } from './cover-cache.ts';
import { FindBooks } from './find-books.ts';
import { OpenDownload } from './open-download.ts';
import { sendDownload } from './send-download.ts';

const DEFAULT_EDGE = 640;
const A_YEAR_SECONDS = 365 * 24 * 60 * 60;

@ApiTags('Books')
@Controller()
export class BooksController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly books: FindBooks,
    private readonly covers: CoverCache,
    private readonly downloads: OpenDownload,
  ) {}

  @Get('books')
  @WebAccess()
  list(@CurrentUser() user: UserPrincipal, @Query() query: BookQueryDto): Promise<BookList> {
    return this.books.list(this.dataSource.manager, user, query);
  }

  @Get('books/:id')
  @WebAccess()
  detail(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<BookDetail> {
    return this.books.detail(this.dataSource.manager, user, id);
  }

  @Get('books/:id/history')
  @WebAccess()
  history(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<ProgressHistory> {
    return this.books.history(this.dataSource.manager, user, id);
  }

  /** WebP. Asked for by the current version, it never changes. */
  @Get('books/:id/cover')
  @WebAccess()
  async cover(
    @CurrentUser() user: UserPrincipal,
    @Id() id: number,
    @Query() { edge = DEFAULT_EDGE, v }: CoverQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const version = await this.books.coverVersion(this.dataSource.manager, user, id);
    const cover = version > 0 ? await this.covers.find(id, version, edge) : undefined;
    if (!cover) throw new Refusal('not_found', 'The book has no cover.');
    const tag = `"${id}-${cover.version}-${cover.edge}"`;
    const isForEver = v === cover.version;
    response.set({
      ETag: tag,
      'Cache-Control': isForEver ? `private, max-age=${A_YEAR_SECONDS}, immutable` : 'private, no-cache',
    });
    if (namesTag(request.get('If-None-Match'), tag)) response.status(304).end();
    else response.type('image/webp').send(cover.bytes);
  }

  /** The file as it lies on disk, or the range asked for. */
  @Get('files/:id/download')
  @WebAccess('download')
  async download(
    @CurrentUser() user: UserPrincipal,
    @Id() id: number,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await sendDownload(request, response, await this.downloads.run(user.userId, id));
  }
}
