import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { CurrentUser, ofBookInPath, TellsPages, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Id } from '../http/index.ts';
import { SetPlace } from './set-place.ts';

class StepBackDto {
  /** The entry of the history to go back to. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly entryId: number;
}

class UsePlaceDto {
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  readonly fileId: number;

  /** The source whose place it is, as the book's places name it. */
  @IsString()
  @MaxLength(255)
  readonly deviceId: string;
}

@ApiTags('Reading')
@Controller('books/:id/progress')
@WebAccess()
export class PlaceController {
  constructor(private readonly setPlace: SetPlace) {}

  /** Begins the book anew: devices that are further on do not undo it. */
  @Post('start-over')
  @TellsPages(ofBookInPath)
  @HttpCode(204)
  async startOver(@CurrentUser() user: UserPrincipal, @Id() id: number): Promise<void> {
    await this.setPlace.run(user, id, { kind: 'startOver' });
  }

  /** Goes back to a place of the history, which wins over the device that left it. */
  @Post('step-back')
  @TellsPages(ofBookInPath)
  @HttpCode(204)
  async stepBack(
    @CurrentUser() user: UserPrincipal,
    @Id() id: number,
    @Body() { entryId }: StepBackDto,
  ): Promise<void> {
    await this.setPlace.run(user, id, { kind: 'stepBack', entryId });
  }

  /** Takes the place of one source for the book's, which wins over the others. */
  @Post('use')
  @TellsPages(ofBookInPath)
  @HttpCode(204)
  async use(
    @CurrentUser() user: UserPrincipal,
    @Id() id: number,
    @Body() { fileId, deviceId }: UsePlaceDto,
  ): Promise<void> {
    await this.setPlace.run(user, id, { kind: 'use', fileId, deviceId });
  }
}
