import { type WorldClock, WrongClock } from './clock.ts';
import type { SimulatedDevice } from './device.ts';
import { OlderReader, StockReader, UploadReader } from './older-devices.ts';
import { OneCallReader, RouteReader } from './plugin-device.ts';
import { Random } from './random.ts';
import type { SimulatedBook } from './server.ts';

/** It only sends its highlights. */
export const UPLOAD_DEVICE = 'UPLOAD';

/** How a copy of the first device differs from it. */
export type CloneKind = 'same' | 'otherModel' | 'newInstall';

/** The devices of one person. */
export interface Cast {
  readonly devices: readonly SimulatedDevice[];
  /** Copied from the first when the schedule says so; until then it is in its box. */
  readonly clone: SimulatedDevice;
  readonly cloneKind: CloneKind;
}

/** Seconds clocks are off by, from the start on. */
const WRONG_BY = [0, 0, 0, 1, -2, 40, -300, 3600, -86_400];
const OFFSETS = [0, 60, -300, 540, -210, 345];

export function castOf(seed: number, world: WorldClock, books: readonly SimulatedBook[]): Cast {
  const random = new Random(seed + 0x5eed);
  const clock = () => new WrongClock(world, random.pick(WRONG_BY), random.pick(OFFSETS));
  const plain = { hasRezipped: false, client: 'ours' } as const;
  const kobo = { deviceId: 'KOBO', model: 'Kobo_nova', installId: 'install-1' };
  const cloneKind = random.pick(['same', 'otherModel', 'newInstall'] as const);
  return {
    devices: [
      new OneCallReader('kobo', kobo, clock(), books, plain),
      new RouteReader('phone', { deviceId: 'PHONE', model: 'Android', installId: 'install-2' }, clock(), books, {
        hasRezipped: true,
        client: random.pick(['ours', 'forgetful'] as const),
      }),
      new OneCallReader('tablet', { deviceId: 'ALPHA', model: 'Tablet', installId: 'install-3' }, clock(), books, {
        ...plain,
        hasRezipped: random.share() < 0.5,
      }),
      new OlderReader('old', { deviceId: 'OLD', model: 'Firmware' }, clock(), books, {
        hasRezipped: false,
        client: 'older',
      }),
      new StockReader('stock', { deviceId: 'STOCK', model: 'Stock' }, clock(), books, {
        hasRezipped: false,
        client: 'older',
      }),
      new UploadReader('upload', { deviceId: UPLOAD_DEVICE, model: 'Desktop' }, clock(), books, {
        hasRezipped: false,
        client: 'older',
      }),
    ],
    clone: new OneCallReader(
      'clone',
      {
        ...kobo,
        ...(cloneKind === 'otherModel' && { model: 'Kobo_libra' }),
        ...(cloneKind === 'newInstall' && { installId: 'install-9' }),
      },
      clock(),
      books,
      plain,
    ),
    cloneKind,
  };
}
