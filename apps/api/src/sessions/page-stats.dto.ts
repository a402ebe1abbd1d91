import { Allow, IsOptional } from 'class-validator';
import type { PageStatsPush } from '@bookorbit/contracts';
import { DocumentHintsDto, EnvelopeDto, type Open, TakenIf } from '../device/index.ts';

/** The books are checked one by one, not here. */
export class PageStatsPushDto extends EnvelopeDto implements Open<PageStatsPush> {
  static readonly rawFields = ['books'];

  @Allow()
  readonly books: unknown;
}

/** Its rows are checked by a plain loop: there may be a hundred thousand. */
export class PageStatsBookDto extends DocumentHintsDto {
  static readonly rawFields = ['events', 'rows'];

  @Allow()
  readonly events?: unknown;

  @Allow()
  readonly rows?: unknown;

  @TakenIf((value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31)
  @IsOptional()
  readonly rowCount?: number;
}
