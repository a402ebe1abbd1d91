import { Transform } from 'class-transformer';
import { IsOptional, IsString, Matches } from 'class-validator';
import { type DocumentHints, LIMITS } from '@bookorbit/contracts';
import { parseContentSignature } from '@bookorbit/domain-fingerprint';
import { TakenIf } from './envelope.dto.ts';

const FINGERPRINT = /^[0-9a-f]{32}$/;

/** A fingerprint, in any case; kept in lower case. */
export function IsFingerprint(): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))(
      target,
      property,
    );
    IsString()(target, property);
    Matches(FINGERPRINT, { message: '$property must be 32 hex digits.' })(target, property);
  };
}

/** A book entry of a plugin request: what it says about the file. Hints that are malformed are no hints. */
export class DocumentHintsDto implements DocumentHints {
  @IsFingerprint()
  readonly hash: string;

  @TakenIf((value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31)
  @IsOptional()
  readonly domVersion?: number;

  @Transform(({ value }: { value: unknown }) => parseContentSignature(value))
  @IsOptional()
  readonly contentSignature?: readonly string[];

  @Transform(({ value }: { value: unknown }) => fingerprintsOf(value))
  @IsOptional()
  readonly alsoKnownAs?: readonly string[];

  @TakenIf((value) => typeof value === 'boolean')
  @IsOptional()
  readonly receive?: boolean;
}

function fingerprintsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value
    .filter((item) => typeof item === 'string')
    .map((item) => item.toLowerCase())
    .filter((item) => FINGERPRINT.test(item))
    .slice(0, LIMITS.alsoKnownAs);
}
