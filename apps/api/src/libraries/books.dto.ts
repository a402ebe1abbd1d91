import { BOOK_SORTS, type BookQuery, type BookSort, LIMITS } from '@bookorbit/contracts';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsStorableText } from '../http/index.ts';

const LARGEST_INTEGER = 2_147_483_647;
const SEARCH_LENGTH = 500;

export class BookQueryDto implements BookQuery {
  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(SEARCH_LENGTH)
  readonly q?: string;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LARGEST_INTEGER)
  readonly libraryId?: number;

  @IsOptional()
  @IsIn(BOOK_SORTS)
  readonly sort?: BookSort;

  @IsOptional()
  @IsIn(['asc', 'desc'])
  readonly order?: 'asc' | 'desc';

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  readonly offset?: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMITS.booksPageSize)
  readonly limit?: number;

  @IsOptional()
  @IsIn(['problem', 'missing'])
  readonly only?: 'problem' | 'missing';
}

export class CoverQueryDto {
  /** Pixels of the longer edge that are enough; the nearest larger size there is gets sent. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly edge?: number;

  /** Version of the cover, as `coverUrl` names it: an answer to the current one is good for ever. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  readonly v?: number;
}
