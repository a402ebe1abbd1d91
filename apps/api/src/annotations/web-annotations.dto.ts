import {
  ANNOTATION_EXPORTS,
  ANNOTATION_SORTS,
  ANNOTATION_STYLES,
  ANNOTATIONS_PAGE_SIZE,
  type AnnotationChange,
  type AnnotationExportFormat,
  type AnnotationQuery,
  type AnnotationSort,
  type AnnotationStyle,
  type HeldDecision,
  LIMITS,
  type NewWebAnnotation,
} from '@bookorbit/contracts';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsStorableText, Optional } from '../http/index.ts';

const LARGEST_INTEGER = 2_147_483_647;
const SEARCH_LENGTH = 500;
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

export class AnnotationExportDto extends AnnotationQueryDto {
  @IsIn(ANNOTATION_EXPORTS)
  readonly format: AnnotationExportFormat;
}

export class AnnotationChangeDto implements AnnotationChange {
  @Optional()
  @IsIn(ANNOTATION_STYLES)
  readonly style?: AnnotationStyle;

  @Optional()
  @IsText(LIMITS.colorLength)
  @Matches(/^(#[0-9a-f]{6}|[^#].*)$/i, { message: 'color must be #RRGGBB or a name of KOReader.' })
  readonly color?: string;

  @Optional()
  @IsText(LIMITS.noteLength)
  readonly note?: string;

  @Optional()
  @IsText(LIMITS.annotationTextLength)
  readonly text?: string;
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
