import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FolderListing, LibrarySummary, ScanProgress } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Transaction } from '../database/index.ts';
import { Id, Refusal } from '../http/index.ts';
import { ChangeLibrary } from './change-library.ts';
import { CreateLibrary } from './create-library.ts';
import { FolderQueryDto, LibraryChangeDto, NewLibraryDto } from './libraries.dto.ts';
import { listFolders } from './list-folders.ts';
import { ListLibraries } from './list-libraries.ts';
import { RequestScan } from './request-scan.ts';
import { ScanRepository } from './scan.repository.ts';

@ApiTags('Libraries')
@Controller()
export class LibrariesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly listLibraries: ListLibraries,
    private readonly createLibrary: CreateLibrary,
    private readonly changeLibrary: ChangeLibrary,
    private readonly request: RequestScan,
    private readonly scans: ScanRepository,
  ) {}

  @Get('libraries')
  @WebAccess()
  list(@CurrentUser() user: UserPrincipal): Promise<LibrarySummary[]> {
    return this.listLibraries.run(this.dataSource.manager, user);
  }

  @Post('libraries')
  @WebAccess('manage_libraries')
  async create(@CurrentUser() user: UserPrincipal, @Body() body: NewLibraryDto): Promise<{ id: number }> {
    return { id: await this.createLibrary.run(body, user.userId) };
  }

  @Patch('libraries/:id')
  @HttpCode(204)
  @WebAccess('manage_libraries')
  async change(@Id() id: number, @Body() body: LibraryChangeDto): Promise<void> {
    await this.changeLibrary.change(id, body);
  }

  @Delete('libraries/:id')
  @HttpCode(204)
  @WebAccess('manage_libraries')
  async delete(@Id() id: number): Promise<void> {
    await this.changeLibrary.delete(id);
  }

  @Post('libraries/:id/scan')
  @HttpCode(202)
  @WebAccess('manage_libraries')
  async scan(@Id() id: number): Promise<ScanProgress> {
    const isKnown = await this.transaction.run((tx) => this.request.run(tx, id));
    if (!isKnown) throw new Refusal('not_found', 'There is no such library.');
    return this.scanProgress(id);
  }

  @Get('libraries/:id/scan')
  @WebAccess('manage_libraries')
  async scanProgress(@Id() id: number): Promise<ScanProgress> {
    const scan = (await this.scans.findNewest(this.dataSource.manager, [id])).get(id);
    if (!scan) throw new Refusal('not_found', 'There is no such library, or it was never scanned.');
    return scan;
  }

  @Get('folders')
  @WebAccess('manage_libraries')
  folders(@Query() query: FolderQueryDto): Promise<FolderListing> {
    return listFolders(query.path);
  }
}
