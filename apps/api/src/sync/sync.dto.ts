import { Allow, IsOptional } from 'class-validator';
import { LIMITS, type SyncRequest } from '@bookorbit/contracts';
import { CutAt, DocumentHintsDto, EnvelopeDto, type Open } from '../device/index.ts';

/** The books are checked one by one, not here. */
export class SyncRequestDto extends EnvelopeDto implements Open<SyncRequest> {
  static readonly rawFields = ['books'];

  @Allow()
  readonly books: unknown;
}

/** Each part is checked by itself, so that a bad one does not block the others. */
export class SyncBookDto extends DocumentHintsDto {
  static readonly rawFields = ['progress', 'pageStats', 'state', 'annotations', 'bookmarks', 'acks'];

  @CutAt(LIMITS.titleLength)
  @IsOptional()
  readonly title?: string;

  @CutAt(LIMITS.authorsLength)
  @IsOptional()
  readonly authors?: string;

  @Allow()
  readonly progress?: unknown;

  @Allow()
  readonly pageStats?: unknown;

  @Allow()
  readonly state?: unknown;

  @Allow()
  readonly annotations?: unknown;

  @Allow()
  readonly bookmarks?: unknown;

  @Allow()
  readonly acks?: unknown;
}
