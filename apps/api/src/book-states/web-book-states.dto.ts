import { IsIn, IsInt, IsNumber, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import {
  type BookStateChange,
  LIMITS,
  READING_STATUS_NAMES,
  type ReadingStatusName,
  type StatusThresholds,
} from '@bookorbit/contracts';
import { IsStorableText, Optional } from '../http/index.ts';

export class BookStateChangeDto implements BookStateChange {
  @Optional()
  @IsIn(READING_STATUS_NAMES)
  readonly status?: ReadingStatusName;

  /** null clears. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  readonly rating?: number | null;

  /** null clears. */
  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.reviewLength)
  readonly review?: string | null;
}

export class StatusThresholdsDto implements StatusThresholds {
  @IsNumber()
  @Min(0)
  @Max(1)
  readonly reading: number;

  @IsNumber()
  @Min(0)
  @Max(1)
  readonly finished: number;
}
