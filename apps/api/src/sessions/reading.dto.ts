import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import {
  LIMITS,
  type NewReadingLogEntry,
  READING_SOURCES,
  type ReadingSource,
  type ReadingTimeZone,
} from '@bookorbit/contracts';
import { IsStorableText, Optional } from '../http/index.ts';

const LARGEST_INTEGER = 2_147_483_647;
const SHORTEST_SECONDS = 10;
const LONGEST_SECONDS = 86_400;
const MOST_PAGES = 100_000;
const SEARCH_LENGTH = 200;

function IsBookId(): PropertyDecorator {
  return (target, property) => {
    IsInt()(target, property);
    Min(1)(target, property);
    Max(LARGEST_INTEGER)(target, property);
  };
}

/** A day there is, `YYYY-MM-DD`. */
function IsDay(): PropertyDecorator {
  return (target, property) => {
    Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day such as 2026-11-23.' })(target, property);
    IsISO8601({ strict: true })(target, property);
  };
}

export class ReadingLogQueryDto {
  @Optional()
  @Type(() => Number)
  @IsBookId()
  readonly bookId?: number;

  @Optional()
  @Matches(/^\d{1,12}-\d{1,15}$/, { message: 'before must be the next of the page before.' })
  readonly before?: string;
}

export class StatisticsQueryDto {
  @Optional()
  @IsDay()
  readonly from?: string;

  @Optional()
  @IsDay()
  readonly to?: string;

  @Optional()
  @Type(() => Number)
  @IsBookId()
  readonly bookId?: number;

  @Optional()
  @IsIn(READING_SOURCES)
  readonly source?: ReadingSource;

  @Optional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.deviceIdLength)
  readonly deviceId?: string;
}

export class ReadBooksQueryDto {
  @Optional()
  @IsString()
  @IsStorableText()
  @MaxLength(SEARCH_LENGTH)
  readonly q?: string;
}

export class NewReadingLogEntryDto implements NewReadingLogEntry {
  @IsBookId()
  readonly bookId: number;

  @IsISO8601({ strict: true })
  @Matches(/T.*(Z|[+-]\d{2}:\d{2})$/, {
    message: 'startedAt must be a time with its zone, such as 2026-11-23T20:15:00Z.',
  })
  readonly startedAt: string;

  @IsInt()
  @Min(SHORTEST_SECONDS)
  @Max(LONGEST_SECONDS)
  readonly seconds: number;

  @Optional()
  @IsInt()
  @Min(0)
  @Max(MOST_PAGES)
  readonly pages?: number;
}

export class ReadingTimeZoneDto implements ReadingTimeZone {
  @IsString()
  @MaxLength(100)
  readonly timeZone: string;
}
