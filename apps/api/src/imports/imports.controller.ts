import { rm } from 'node:fs/promises';
import { Controller, Delete, Get, HttpCode, Post, Req, UploadedFiles, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { IMPORT_FIELD, type ImportDetail, type KoreaderImport, LIMITS } from '@bookorbit/contracts';
import { FilesInterceptor } from '@nestjs/platform-express';
import type { Request } from 'express';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Id } from '../http/index.ts';
import { ChangeImport } from './change-import.ts';
import { FilesOnDisk } from './receive-files.ts';
import { StageUpload } from './stage-upload.ts';

@ApiTags('Import')
@Controller('imports')
@WebAccess('koreader_sync')
export class ImportsController {
  constructor(
    private readonly stageUpload: StageUpload,
    private readonly changeImport: ChangeImport,
    private readonly filesOnDisk: FilesOnDisk,
  ) {}

  /** Takes files of a KOReader device: `statistics.sqlite3`, `metadata.*.lua`, or zips of them. Nothing is written before it is applied. */
  @Post()
  @ApiConsumes('multipart/form-data')
  @UseInterceptors(FilesInterceptor(IMPORT_FIELD, LIMITS.importFiles))
  async upload(
    @CurrentUser() user: UserPrincipal,
    @Req() request: Request,
    @UploadedFiles() files: { path: string; originalname: string }[],
  ): Promise<KoreaderImport> {
    const received = await this.filesOnDisk.take(request, files);
    try {
      return await this.changeImport.find(user.userId, await this.stageUpload.run(user.userId, received));
    } finally {
      await rm(received.folder, { recursive: true, force: true });
    }
  }

  @Get()
  list(@CurrentUser() user: UserPrincipal): Promise<KoreaderImport[]> {
    return this.changeImport.list(user.userId);
  }

  @Get(':id')
  find(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<ImportDetail> {
    return this.changeImport.find(user.userId, id);
  }

  @Post(':id/apply')
  @HttpCode(202)
  apply(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<KoreaderImport> {
    return this.changeImport.apply(user.userId, id);
  }

  /** Takes back everything it brought, as one; what anybody did since stays. */
  @Post(':id/undo')
  @HttpCode(202)
  undo(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<KoreaderImport> {
    return this.changeImport.undo(user.userId, id);
  }

  @Delete(':id')
  @HttpCode(204)
  async forget(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.changeImport.forget(user.userId, id);
  }
}
