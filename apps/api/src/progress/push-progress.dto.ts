import { Allow, IsNumber, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { LIMITS, type ProgressItem, type ProgressPush } from '@bookorbit/contracts';
import { CutAt, DocumentHintsDto, EnvelopeDto, type Open, TakenIf } from '../device/index.ts';
import { IsStorableText } from '../http/index.ts';

/** The items are checked one by one, not here. */
export class ProgressPushDto extends EnvelopeDto implements Open<ProgressPush> {
  static readonly rawFields = ['items'];

  @Allow()
  readonly items: unknown;
}

export class ProgressItemDto extends DocumentHintsDto implements ProgressItem {
  @IsNumber()
  @Min(0)
  @Max(1)
  readonly percentage: number;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.positionLength)
  readonly progress?: string;

  @TakenIf((value) => typeof value === 'number' && Number.isFinite(value))
  @IsOptional()
  readonly timestamp?: number;

  @CutAt(LIMITS.titleLength)
  @IsOptional()
  readonly title?: string;

  @CutAt(LIMITS.authorsLength)
  @IsOptional()
  readonly authors?: string;
}
