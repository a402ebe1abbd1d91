import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Id } from '../http/index.ts';
import { SetPlace } from './set-place.ts';

class StepBackDto {
  /** The entry of the history to go back to. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly entryId: number;
}

@ApiTags('Reading')
@Controller('books/:id/progress')
@WebAccess()
export class PlaceController {
  constructor(private readonly setPlace: SetPlace) {}

  /** Begins the book anew: devices that are further on do not undo it. */
  @Post('start-over')
  @HttpCode(204)
  async startOver(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.setPlace.run(user, id, { kind: 'startOver' });
  }

  /** Goes back to a place of the history, which wins over the device that left it. */
  @Post('step-back')
  @HttpCode(204)
  async stepBack(
    @CurrentUser() user: UserPrincipal,
    @Id() id: number,
    @Body() { entryId }: StepBackDto,
  ): Promise<void> {
    await this.setPlace.run(user, id, { kind: 'stepBack', entryId });
  }
}
