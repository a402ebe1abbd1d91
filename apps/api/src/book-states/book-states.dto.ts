import { Transform } from 'class-transformer';
import { Allow, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import {
  type BookStateItem,
  type BookStatesPush,
  DEVICE_STATUSES,
  type DeviceStatusName,
  LIMITS,
} from '@bookorbit/contracts';
import { DocumentHintsDto, EnvelopeDto, type Open, TakenIf } from '../device/index.ts';
import { IsStorableText } from '../http/index.ts';

/** The books are checked one by one, not here. */
export class BookStatesPushDto extends EnvelopeDto implements Open<BookStatesPush> {
  static readonly rawFields = ['books'];

  @Allow()
  readonly books: unknown;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A date; what follows it is cut off, and what is none is absent. */
function IsDate(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => {
    const date = typeof value === 'string' ? value.slice(0, 10) : '';
    return DATE.test(date) && !Number.isNaN(Date.parse(date)) ? date : undefined;
  });
}

const isTime = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

export class BookStateItemDto extends DocumentHintsDto implements BookStateItem {
  @IsOptional()
  @IsIn(DEVICE_STATUSES)
  readonly status?: DeviceStatusName;

  @IsDate()
  @IsOptional()
  readonly statusModified?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  readonly rating?: number | null;

  @TakenIf((value) => typeof value === 'boolean')
  @IsOptional()
  readonly ratingCleared?: boolean;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.reviewLength)
  readonly reviewNote?: string | null;

  @TakenIf((value) => typeof value === 'boolean')
  @IsOptional()
  readonly reviewCleared?: boolean;

  @IsDate()
  @IsOptional()
  readonly reviewModified?: string;

  @TakenIf(isTime)
  @IsOptional()
  readonly statusChangedAt?: number;

  @TakenIf(isTime)
  @IsOptional()
  readonly ratingChangedAt?: number;

  @TakenIf(isTime)
  @IsOptional()
  readonly reviewChangedAt?: number;
}
