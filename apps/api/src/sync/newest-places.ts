import { Injectable, Logger } from '@nestjs/common';
import { KOBO_DEVICE, type SyncProgressAnswer, WEB_READER_DEVICE } from '@bookorbit/contracts';
import { isOneEra } from '@bookorbit/domain-annotations';
import { DataSource } from 'typeorm';
import { type AskedPlace, PlaceForDevice, type StoredReport } from '../progress/index.ts';

/** The newest place in the file a document is, as it is stored. */
export interface NewestOfBook {
  readonly hash: string;
  readonly bookFileId: number;
  readonly shared: StoredReport;
  readonly domVersion?: number;
}

export type NewestPlace = NonNullable<SyncProgressAnswer['newest']>;

/** A book nobody asked about before may take seconds to be read; a device is not kept waiting for it, and finds it at hand the next time. */
const MOST_MILLISECONDS = 4_000;

/** The newest places in files, as a device can use them. */
@Injectable()
export class NewestPlaces {
  private readonly logger = new Logger('Sync');

  constructor(
    private readonly placeForDevice: PlaceForDevice,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Outside of any transaction: books may have to be read first.
   *
   * @param deviceId The device that asks.
   * @param mostMilliseconds What has not been looked up by then is answered as it is stored.
   * @returns By the hash the device knows the document by.
   */
  async run(
    userId: number,
    deviceId: string,
    newest: readonly NewestOfBook[],
    mostMilliseconds = MOST_MILLISECONDS,
  ): Promise<ReadonlyMap<string, NewestPlace>> {
    const deadline = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => deadline.resolve(undefined), mostMilliseconds);
    const offers = await Promise.race([this.offersTo(userId, deviceId, newest), deadline.promise]);
    clearTimeout(timer);
    return new Map(
      newest.map(({ hash, shared, domVersion }, n) => [
        hash,
        {
          percentage: shared.percentage,
          readAt: Math.floor(shared.readAt ?? shared.receivedAt),
          source: shared.source,
          device: deviceName(shared),
          own: shared.deviceId === deviceId,
          ...(offers?.[n] ?? asStored(shared, domVersion)),
        },
      ]),
    );
  }

  /** What a device sent is on disk already: that a place could not be looked up is no reason to refuse it. */
  private async offersTo(userId: number, deviceId: string, newest: readonly NewestOfBook[]) {
    const asked = newest.map(({ hash, domVersion, ...place }): AskedPlace => ({
      ...place,
      asking: { deviceId, document: hash, domVersion },
    }));
    try {
      return await this.placeForDevice.runAllNamed(this.dataSource.manager, userId, asked);
    } catch (error) {
      this.logger.error(`Places are answered as they are stored: ${String(error)}`);
      return undefined;
    }
  }
}

/** As long as a book is not read: a place KOReader wrote is exact in a KOReader of its era; of others only the percentage is sure. */
function asStored(
  { position, percentage, domVersion }: StoredReport,
  asking: number | undefined,
): Pick<NewestPlace, 'quality' | 'candidates'> {
  const native = isOneEra(domVersion, asking) ? (position.xpointer ?? position.page) : position.page;
  return {
    quality: native === undefined ? 'nearby' : 'exact',
    candidates: [
      ...(native === undefined ? [] : [{ kind: 'exact' as const, position: native }]),
      { kind: 'percent', position: String(percentage) },
    ],
  };
}

function deviceName({ source, deviceName: name }: StoredReport): string {
  switch (source) {
    case 'koreader':
      return name;
    case 'web':
      return WEB_READER_DEVICE.name;
    case 'kobo':
      return KOBO_DEVICE.name;
  }
}
