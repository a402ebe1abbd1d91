import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { type DeviceChange, LIMITS, type SweepReport } from '@bookorbit/contracts';
import { IsBoolean } from 'class-validator';
import { EnvelopeDto } from '../device/index.ts';
import { IsStorableText, Optional } from '../http/index.ts';

const LARGEST_INTEGER = 2_147_483_647;

function IsCount(): PropertyDecorator {
  return (target, property) => {
    IsInt()(target, property);
    Min(0)(target, property);
    Max(LARGEST_INTEGER)(target, property);
  };
}

export class SweepReportDto extends EnvelopeDto implements SweepReport {
  /** None; that they are named lets `dtoInstance` read the body, to which `null` is a field left out. */
  static readonly rawFields: readonly string[] = [];

  @IsOptional()
  @IsCount()
  readonly booksMatched: number;

  @IsOptional()
  @IsCount()
  readonly pageStatsUploaded: number;

  @IsOptional()
  @IsCount()
  readonly annotationsUpserted: number;
}

export class DeviceChangeDto implements DeviceChange {
  @Optional()
  @IsString()
  @IsStorableText()
  @MaxLength(LIMITS.deviceModelLength)
  readonly name?: string;

  @Optional()
  @IsBoolean()
  readonly isRetired?: boolean;
}
