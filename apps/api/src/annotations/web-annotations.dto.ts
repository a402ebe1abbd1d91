import {
  ANNOTATION_EXPORTS,
  ANNOTATION_QUALITIES,
  ANNOTATION_SORTS,
  ANNOTATION_STYLES,
  ANNOTATIONS_CHANGED_AT_ONCE,
  ANNOTATIONS_PAGE_SIZE,
  type AnnotationChange,
  type AnnotationExportFormat,
  type AnnotationQuality,
  type AnnotationQuery,
  type AnnotationsChange,
  type AnnotationSort,
  type AnnotationStyle,
  type FoundAnnotationsChange,
  type HeldDecision,
  LIMITS,
  type NewWebAnnotation,
} from '@bookorbit/contracts';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { IsStorableText, Optional } from '../http/index.ts';

const LARGEST_INTEGER = 2_147_483_647;
const SEARCH_LENGTH = 500;
/** The place of a book with the longest of titles, in base64. */
const CURSOR_LENGTH = 8000;
/** Annotations of all users share one sequence, which outgrows the ids of other tables. */
const LARGEST_ANNOTATION_ID = 999_999_999_999_999;
const KINDS = ['highlight', 'bookmark'] as const;
type Kind = (typeof KINDS)[number];

function IsId(): PropertyDecorator {
  return (target, property) => {
    IsInt()(target, String(property));
    Min(1)(target, String(property));
    Max(LARGEST_INTEGER)(target, String(property));
  };
}

function IsText(limit: number): PropertyDecorator {
  return (target, property) => {
    IsString()(target, String(property));
    IsStorableText()(target, property);
    MaxLength(limit)(target, String(property));
  };
}

function IsColor(): PropertyDecorator {
  return (target, property) => {
    IsText(LIMITS.colorLength)(target, property);
    Matches(/^(#[0-9a-f]{6}|[^#].*)$/i, { message: 'color must be #RRGGBB or a name of KOReader.' })(target, property);
  };
}

function AreAnnotationIds(): PropertyDecorator {
  return (target, property) => {
    IsArray()(target, String(property));
    ArrayMaxSize(ANNOTATIONS_CHANGED_AT_ONCE)(target, String(property));
    IsInt({ each: true })(target, String(property));
    Min(1, { each: true })(target, String(property));
    Max(LARGEST_ANNOTATION_ID, { each: true })(target, String(property));
  };
}

/** A day there is, `YYYY-MM-DD`. */
function IsDay(): PropertyDecorator {
  return (target, property) => {
    Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day such as 2026-11-23.' })(target, property);
    IsISO8601({ strict: true })(target, property);
  };
}

export class AnnotationQueryDto implements AnnotationQuery {
  @Optional()
  @Type(() => Number)
  @IsId()
  readonly bookId?: number;

  @Optional()
  @Type(() => Number)
  @IsId()
  readonly fileId?: number;

  @Optional()
  @IsIn(KINDS)
  readonly kind?: Kind;

  @Optional()
  @IsText(SEARCH_LENGTH)
  readonly q?: string;

  @Optional()
  @IsText(LIMITS.colorLength)
  readonly color?: string;

  @Optional()
  @IsIn(ANNOTATION_STYLES)
  readonly style?: AnnotationStyle;

  @Optional()
  @IsText(LIMITS.deviceIdLength)
  readonly deviceId?: string;

  @Optional()
  @IsIn(['koreader', 'web', 'kobo'])
  readonly source?: 'koreader' | 'web' | 'kobo';

  @Optional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  readonly hasNote?: boolean;

  @Optional()
  @IsIn(ANNOTATION_QUALITIES)
  readonly quality?: AnnotationQuality;

  @Optional()
  @IsDay()
  readonly from?: string;

  @Optional()
  @IsDay()
  readonly to?: string;

  @Optional()
  @IsText(CURSOR_LENGTH)
  readonly after?: string;

  @Optional()
  @IsIn(['active', 'trash'])
  readonly state?: 'active' | 'trash';

  @Optional()
  @IsIn(ANNOTATION_SORTS)
  readonly sort?: AnnotationSort;

  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  readonly offset?: number;

  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(ANNOTATIONS_PAGE_SIZE)
  readonly limit?: number;
}

export class AnnotationFacetsDto {
  @Optional()
  @IsIn(KINDS)
  readonly kind?: Kind;

  @Optional()
  @IsIn(['active', 'trash'])
  readonly state?: 'active' | 'trash';
}

export class AnnotationExportDto extends AnnotationQueryDto {
  @IsIn(ANNOTATION_EXPORTS)
  readonly format: AnnotationExportFormat;
}

export class AnnotationChangeDto implements AnnotationChange {
  @Optional()
  @IsIn(ANNOTATION_STYLES)
  readonly style?: AnnotationStyle;

  @Optional()
  @IsColor()
  readonly color?: string;

  @Optional()
  @IsText(LIMITS.noteLength)
  readonly note?: string;

  @Optional()
  @IsText(LIMITS.annotationTextLength)
  readonly text?: string;
}

class ManyChangeDto {
  @IsIn(['edit', 'trash', 'restore'])
  readonly action: AnnotationsChange['action'];

  @Optional()
  @IsIn(ANNOTATION_STYLES)
  readonly style?: AnnotationStyle;

  @Optional()
  @IsColor()
  readonly color?: string;
}

export class AnnotationsChangeDto extends ManyChangeDto implements AnnotationsChange {
  @AreAnnotationIds()
  @ArrayMinSize(1)
  readonly ids: readonly number[];
}

export class FoundAnnotationsChangeDto extends ManyChangeDto implements FoundAnnotationsChange {
  @IsInt()
  @Min(1)
  @Max(LARGEST_INTEGER)
  readonly count: number;

  @Optional()
  @AreAnnotationIds()
  readonly except?: readonly number[];
}

export class NewWebAnnotationDto extends AnnotationChangeDto implements NewWebAnnotation {
  @IsId()
  readonly fileId: number;

  @Optional()
  @IsIn(KINDS)
  readonly kind?: Kind;

  @Optional()
  @IsText(LIMITS.chapterLength)
  readonly chapter?: string;

  @Optional()
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  readonly page?: number;

  @Optional()
  @IsText(LIMITS.positionLength)
  @MinLength(1)
  readonly cfi?: string;

  @Optional()
  @IsText(LIMITS.positionLength)
  @MinLength(1)
  readonly xpointer?: string;

  @Optional()
  @IsText(LIMITS.positionLength)
  readonly xpointerEnd?: string;

  @Optional()
  @IsText(LIMITS.positionLength)
  @MinLength(1)
  readonly pdf?: string;

  @Optional()
  @IsText(LIMITS.positionLength)
  readonly pdfEnd?: string;
}

export class HeldDecisionDto implements HeldDecision {
  @IsText(LIMITS.deviceIdLength)
  readonly deviceId: string;

  @IsId()
  readonly fileId: number;

  @Optional()
  @IsIn(KINDS)
  readonly kind?: Kind;
}
