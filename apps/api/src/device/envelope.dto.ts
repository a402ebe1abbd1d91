import { Transform } from 'class-transformer';
import { Allow, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { type DeviceEnvelope, DEVICE_PROTOCOL, LIMITS, type ServerEnvelope } from '@bookorbit/contracts';
import type { DevicePrincipal, SeenDevice } from '../auth/index.ts';
import { cutText } from './cut-text.ts';

/** A time zone is at most this far from UTC. */
const FARTHEST_ZONE_MINUTES = 18 * 60;

/** @returns Whether a value can be how many minutes a wall clock is ahead of UTC. */
export function isUtcOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= FARTHEST_ZONE_MINUTES;
}

/** Free text of a device: cut at its limit, never a reason to refuse it. */
export function CutAt(limit: number): PropertyDecorator {
  return Transform(({ value }) => cutText(value, limit));
}

/** Something a device may get wrong without harm: taken if it is of the right kind, else treated as absent. */
export function TakenIf(isRight: (value: unknown) => boolean): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (isRight(value) ? value : undefined));
}

/** A request of the contract whose fields may hold anything yet: what a class is that checks them item by item. */
export type Open<T> = { readonly [Field in keyof T]?: unknown };

/** The envelope of every plugin request. */
export class EnvelopeDto implements DeviceEnvelope {
  @IsString()
  @Matches(new RegExp(`^[A-Za-z0-9-]{1,${LIMITS.deviceIdLength}}$`), {
    message: `deviceId must be 1 to ${LIMITS.deviceIdLength} letters, digits or hyphens.`,
  })
  readonly deviceId: string;

  @CutAt(LIMITS.deviceModelLength)
  @IsOptional()
  readonly deviceModel: string;

  @CutAt(LIMITS.pluginVersionLength)
  @IsOptional()
  readonly pluginVersion: string;

  @TakenIf((value) => typeof value === 'string' && value.length <= 30)
  @IsOptional()
  readonly deviceTime?: string;

  @TakenIf(isUtcOffset)
  @IsOptional()
  readonly utcOffsetMinutes?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  readonly protocol?: number;

  @CutAt(LIMITS.deviceIdLength)
  @IsOptional()
  readonly installId?: string;

  /** Not the device's word: whoever watches the exchange says how long the request was held up. */
  @Allow()
  readonly lateBySeconds?: number;
}

/** @returns Whether one bad item is left out and named, or refuses the whole request, as older clients expect. */
export function leavesBadItemsOut(envelope: DeviceEnvelope): boolean {
  return (envelope.protocol ?? 0) >= 1;
}

/** @returns The device of a plugin request. */
export function seenDevice(envelope: DeviceEnvelope, principal: DevicePrincipal): SeenDevice {
  return {
    deviceId: envelope.deviceId,
    name: envelope.deviceModel ?? '',
    pluginVersion: envelope.pluginVersion || undefined,
    installId: envelope.installId || undefined,
    deviceKeyId: principal.deviceKeyId,
  };
}

/** @returns The fields every plugin answer carries. */
export function serverEnvelope(now: Date): ServerEnvelope {
  return { protocol: DEVICE_PROTOCOL, serverTime: Math.floor(now.getTime() / 1000) };
}
