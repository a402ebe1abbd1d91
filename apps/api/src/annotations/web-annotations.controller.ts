import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type {
  AnnotationDetail,
  AnnotationFacets,
  AnnotationList,
  AnnotationsChanged,
  FailedAnnotation,
  FoundAnnotationsChanged,
  HeldDeletes,
  HighlightOfTheDay,
  PendingDelete,
} from '@bookorbit/contracts';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { CurrentUser, ofKoreader, TellsPages, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Id, Refusal } from '../http/index.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { ChangeAnnotations } from './change-annotations.ts';
import { ChangeFoundAnnotations } from './change-found-annotations.ts';
import { ChangeManyAnnotations } from './change-many-annotations.ts';
import { exportAnnotations } from './export-annotations.ts';
import { FindHighlightOfTheDay } from './highlight-of-the-day.ts';
import {
  AnnotationChangeDto,
  AnnotationExportDto,
  AnnotationFacetsDto,
  AnnotationQueryDto,
  AnnotationsChangeDto,
  FoundAnnotationsChangeDto,
  HeldDecisionDto,
  NewWebAnnotationDto,
} from './web-annotations.dto.ts';

/** More than anybody has; an export is built in memory. */
const MOST_EXPORTED = 100_000;

@ApiTags('Annotations')
@Controller('annotations')
@WebAccess('koreader_sync')
export class WebAnnotationsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly annotations: AnnotationListRepository,
    private readonly changeAnnotations: ChangeAnnotations,
    private readonly highlightOfTheDay: FindHighlightOfTheDay,
    private readonly changeManyAnnotations: ChangeManyAnnotations,
    private readonly changeFoundAnnotations: ChangeFoundAnnotations,
  ) {}

  @Get()
  list(@CurrentUser() user: UserPrincipal, @Query() query: AnnotationQueryDto): Promise<AnnotationList> {
    return this.annotations.list(this.dataSource.manager, user.userId, query);
  }

  /** What the list can be narrowed by. */
  @Get('facets')
  findFacets(@CurrentUser() user: UserPrincipal, @Query() query: AnnotationFacetsDto): Promise<AnnotationFacets> {
    return this.annotations.findFacets(this.dataSource.manager, user.userId, query);
  }

  /** One change to many. */
  @Post('changes')
  @TellsPages(ofKoreader)
  @HttpCode(200)
  changeMany(@CurrentUser() user: UserPrincipal, @Body() body: AnnotationsChangeDto): Promise<AnnotationsChanged> {
    return this.changeManyAnnotations.run(user.userId, body);
  }

  /** One change to everything the query finds, on every page of the list. */
  @Post('changes/found')
  @TellsPages(ofKoreader)
  @HttpCode(200)
  changeFound(
    @CurrentUser() user: UserPrincipal,
    @Query() query: AnnotationQueryDto,
    @Body() body: FoundAnnotationsChangeDto,
  ): Promise<FoundAnnotationsChanged> {
    return this.changeFoundAnnotations.run(user.userId, query, body);
  }

  /** The same query as the list, as a file. */
  @Get('export')
  async export(
    @CurrentUser() user: UserPrincipal,
    @Query() { format, ...query }: AnnotationExportDto,
    @Res() response: Response,
  ): Promise<void> {
    const asked = { ...query, sort: query.sort ?? 'page', offset: 0, limit: MOST_EXPORTED } as const;
    const { annotations } = await this.annotations.list(this.dataSource.manager, user.userId, asked);
    const { type, name, body } = exportAnnotations(annotations, format);
    response.set({ 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` }).send(body);
  }

  /** One to meet again. */
  @Get('of-the-day')
  findOfTheDay(@CurrentUser() user: UserPrincipal): Promise<HighlightOfTheDay> {
    return this.highlightOfTheDay.run(user.userId);
  }

  /** What devices could not place. */
  @Get('failed')
  listFailed(@CurrentUser() user: UserPrincipal): Promise<FailedAnnotation[]> {
    return this.annotations.listFailed(this.dataSource.manager, user.userId);
  }

  /** Deleted, and which devices still owe an ack. */
  @Get('pending-deletes')
  listPendingDeletes(@CurrentUser() user: UserPrincipal): Promise<PendingDelete[]> {
    return this.annotations.listPendingDeletes(this.dataSource.manager, user.userId);
  }

  /** Deletions that were too many at once. */
  @Get('held')
  listHeld(@CurrentUser() user: UserPrincipal): Promise<HeldDeletes[]> {
    return this.annotations.listHeld(this.dataSource.manager, user.userId);
  }

  @Post('held/confirm')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async confirmHeld(@CurrentUser() user: UserPrincipal, @Body() body: HeldDecisionDto): Promise<void> {
    await this.changeAnnotations.decideHeld(user.userId, body, 'confirm');
  }

  @Post('held/discard')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async discardHeld(@CurrentUser() user: UserPrincipal, @Body() body: HeldDecisionDto): Promise<void> {
    await this.changeAnnotations.decideHeld(user.userId, body, 'discard');
  }

  @Get(':id')
  async find(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<AnnotationDetail> {
    const found = await this.annotations.find(this.dataSource.manager, user.userId, id);
    if (!found) throw new Refusal('not_found', 'There is no such annotation.');
    return found;
  }

  @Post()
  @TellsPages(ofKoreader)
  create(@CurrentUser() user: UserPrincipal, @Body() body: NewWebAnnotationDto): Promise<AnnotationDetail> {
    return this.changeAnnotations.create(user.userId, body);
  }

  @Patch(':id')
  @TellsPages(ofKoreader)
  edit(
    @CurrentUser() user: UserPrincipal,
    @Id() id: number,
    @Body() body: AnnotationChangeDto,
  ): Promise<AnnotationDetail> {
    return this.changeAnnotations.edit(user.userId, id, body);
  }

  /** Into the trash: it is kept, and deleted on every device that has it. */
  @Delete(':id')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async moveToTrash(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.changeAnnotations.moveToTrash(user.userId, id);
  }

  @Post(':id/restore')
  @TellsPages(ofKoreader)
  @HttpCode(200)
  restore(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<AnnotationDetail> {
    return this.changeAnnotations.restore(user.userId, id);
  }

  /** Lets devices try again what they could not do with it. */
  @Post(':id/retry')
  @TellsPages(ofKoreader)
  @HttpCode(204)
  async retry(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.changeAnnotations.retry(user.userId, id);
  }
}
