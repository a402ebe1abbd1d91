import { Body, Controller, Get, Patch, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { BookState, StatusThresholds } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { CurrentUser, ofBookInPath, TellsPages, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Id, Refusal } from '../http/index.ts';
import { ChangeBookState } from './change-book-state.ts';
import { StatusThresholdsRepository } from './status-thresholds.repository.ts';
import { BookStateChangeDto, StatusThresholdsDto } from './web-book-states.dto.ts';

@ApiTags('Reading')
@Controller()
export class WebBookStatesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changeBookState: ChangeBookState,
    private readonly thresholds: StatusThresholdsRepository,
  ) {}

  @Get('books/:id/state')
  @WebAccess()
  find(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<BookState> {
    return this.changeBookState.find(user.userId, id);
  }

  @Patch('books/:id/state')
  @TellsPages(ofBookInPath)
  @WebAccess()
  change(@CurrentUser() user: UserPrincipal, @Id() id: number, @Body() body: BookStateChangeDto): Promise<BookState> {
    return this.changeBookState.change(user.userId, id, body);
  }

  @Get('libraries/:id/status-thresholds')
  @WebAccess('manage_libraries')
  async findThresholds(@Id() id: number): Promise<StatusThresholds> {
    const thresholds = await this.thresholds.find(this.dataSource.manager, id);
    if (!thresholds) throw new Refusal('not_found', 'There is no such library.');
    return thresholds;
  }

  @Put('libraries/:id/status-thresholds')
  @WebAccess('manage_libraries')
  async setThresholds(@Id() id: number, @Body() body: StatusThresholdsDto): Promise<StatusThresholds> {
    if (body.reading >= body.finished)
      throw new Refusal('bad_request', 'Reading must begin before the book is finished.', { field: 'reading' });
    if (!(await this.thresholds.save(this.dataSource.manager, id, body)))
      throw new Refusal('not_found', 'There is no such library.');
    return { reading: body.reading, finished: body.finished };
  }
}
