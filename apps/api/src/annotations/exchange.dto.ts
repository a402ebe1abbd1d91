import { Allow, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import {
  type AnnotationAck,
  type AnnotationExchange,
  type AnnotationUpload,
  type BookmarkAck,
  type BookmarkExchange,
  DRAWERS,
  type DrawerName,
  LIMITS,
} from '@bookorbit/contracts';
import { CutAt, DocumentHintsDto, EnvelopeDto, type Open, TakenIf } from '../device/index.ts';
import { IsStorableText } from '../http/index.ts';

const DATETIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
const LARGEST_INTEGER = 2_147_483_647;
const LARGEST_ID = Number.MAX_SAFE_INTEGER;

function IsDatetime(): PropertyDecorator {
  return Matches(DATETIME, { message: '$property must be a datetime, YYYY-MM-DD HH:MM:SS.' });
}

function TakenIfPage(): PropertyDecorator {
  return TakenIf((value) => Number.isInteger(value) && Math.abs(Number(value)) <= LARGEST_INTEGER);
}

function TakenIfDatetime(): PropertyDecorator {
  return TakenIf((value) => typeof value === 'string' && DATETIME.test(value));
}

/** The books are checked one by one, not here. */
export class BooksDto extends EnvelopeDto {
  static readonly rawFields = ['books'];

  @Allow()
  readonly books: unknown;
}

// One class for each route, so that the description of the API can name the body of each.
export class AnnotationExchangeDto extends BooksDto implements Open<AnnotationExchange> {}
export class AnnotationAckDto extends BooksDto implements Open<AnnotationAck> {}
export class AnnotationUploadDto extends BooksDto implements Open<AnnotationUpload> {}
export class BookmarkExchangeDto extends BooksDto implements Open<BookmarkExchange> {}
export class BookmarkAckDto extends BooksDto implements Open<BookmarkAck> {}

/** A book entry of an exchange; its lists are checked item by item. */
export class ExchangeBookDto extends DocumentHintsDto {
  static readonly rawFields = ['keys', 'changes', 'deleted'];

  @Allow()
  readonly keys?: unknown;

  @TakenIf((value) => typeof value === 'boolean')
  @IsOptional()
  readonly keysComplete?: boolean;

  @Allow()
  readonly changes?: unknown;

  @Allow()
  readonly deleted?: unknown;

  @TakenIf((value) => typeof value === 'boolean')
  @IsOptional()
  readonly confirmedDeletes?: boolean;

  @TakenIf(isRound)
  @IsOptional()
  readonly round?: number;
}

/** @returns Whether a value can be a number of exchanges. */
export function isRound(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST_INTEGER;
}

export class AckBookDto extends DocumentHintsDto {
  static readonly rawFields = ['applied', 'deleted'];

  @Allow()
  readonly applied?: unknown;

  @Allow()
  readonly deleted?: unknown;
}

/** A book entry of the one-way upload. */
export class UploadBookDto extends DocumentHintsDto {
  static readonly rawFields = ['annotations'];

  @Allow()
  readonly annotations?: unknown;
}

export class DeviceAnnotationDto {
  @IsDatetime()
  readonly datetime: string;

  @TakenIfDatetime()
  @IsOptional()
  readonly datetimeUpdated?: string;

  @IsIn(DRAWERS)
  readonly drawer: DrawerName;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.colorLength)
  readonly color?: string;

  @CutAt(LIMITS.annotationTextLength)
  @IsOptional()
  readonly text?: string;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.noteLength)
  readonly note?: string;

  @CutAt(LIMITS.chapterLength)
  @IsOptional()
  readonly chapter?: string;

  @TakenIfPage()
  @IsOptional()
  readonly pageno?: number;

  @IsIn(['xpointer', 'pdf'])
  readonly posFormat: 'xpointer' | 'pdf';

  @IsString()
  @IsStorableText()
  @MinLength(1)
  @MaxLength(LIMITS.positionLength)
  readonly pos0: string;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.positionLength)
  readonly pos1?: string;
}

export class DeviceBookmarkDto {
  @IsDatetime()
  readonly datetime: string;

  @TakenIfDatetime()
  @IsOptional()
  readonly datetimeUpdated?: string;

  @IsString()
  @IsStorableText()
  @MinLength(1)
  @MaxLength(LIMITS.positionLength)
  readonly pos: string;

  @TakenIfPage()
  @IsOptional()
  readonly pageno?: number;

  @CutAt(LIMITS.chapterLength)
  @IsOptional()
  readonly chapter?: string;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.bookmarkNoteLength)
  readonly note?: string;
}

export class DeletedAckDto {
  @IsInt()
  @Min(1)
  @Max(LARGEST_ID)
  readonly serverId: number;

  @IsIn(['applied', 'failed'])
  readonly status: 'applied' | 'failed';

  @CutAt(500)
  @IsOptional()
  readonly reason?: string;
}

export class AppliedAckDto extends DeletedAckDto {
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  readonly version?: number;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.positionLength)
  readonly pos0?: string;

  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.positionLength)
  readonly pos1?: string;

  /** Of bookmarks: where the device put it. */
  @IsOptional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.positionLength)
  readonly pos?: string;

  @TakenIf((value) => typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value))
  @IsOptional()
  readonly key?: string;

  @TakenIfDatetime()
  @IsOptional()
  readonly datetime?: string;
}
