import { Allow, IsOptional } from 'class-validator';
import { LIMITS, type MatchCheckBook, type MatchCheckRequest } from '@bookorbit/contracts';
import { CutAt, DocumentHintsDto, EnvelopeDto, type Open, TakenIf } from '../device/index.ts';

const SOURCES = ['current_file', 'file', 'statistics'];

/** The lists are checked item by item, not here. */
export class MatchCheckDto extends EnvelopeDto implements Open<MatchCheckRequest> {
  static readonly rawFields = ['hashes', 'books'];

  @Allow()
  readonly hashes: unknown;

  @Allow()
  readonly books?: unknown;
}

export class MatchCheckBookDto extends DocumentHintsDto implements MatchCheckBook {
  @CutAt(LIMITS.titleLength)
  @IsOptional()
  readonly title?: string;

  @CutAt(LIMITS.authorsLength)
  @IsOptional()
  readonly authors?: string;

  @TakenIf((value) => Number.isSafeInteger(value) && Number(value) >= 0)
  @IsOptional()
  readonly lastOpen?: number;

  @TakenIf((value) => typeof value === 'string' && SOURCES.includes(value))
  @IsOptional()
  readonly source?: 'current_file' | 'file' | 'statistics';

  @TakenIf((value) => typeof value === 'boolean')
  @IsOptional()
  readonly metadataAmbiguous?: boolean;
}
