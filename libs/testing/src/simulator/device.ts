import type { WrongClock } from './clock.ts';
import type { Line } from './courier.ts';
import { DeviceDocument } from './device-document.ts';
import type { SimulatedBook } from './server.ts';
import type { ClientKind } from './sidecar.ts';

/** Who a device says it is. */
export interface DeviceIdentity {
  readonly deviceId: string;
  readonly model: string;
  /** Of our plugin. */
  readonly installId?: string;
}

/** One e-reader of a person: it sees the server by the wire only. */
export abstract class SimulatedDevice {
  readonly name: string;
  readonly identity: DeviceIdentity;
  readonly clock: WrongClock;
  readonly documents: readonly DeviceDocument[];
  /** Our plugin, which says what it deletes. */
  abstract readonly hasProtocol: boolean;
  /** It exchanges everything, and is told what others did; the rest only say some of it. */
  abstract readonly exchangesAll: boolean;

  constructor(
    name: string,
    identity: DeviceIdentity,
    clock: WrongClock,
    books: readonly SimulatedBook[],
    options: { readonly hasRezipped: boolean; readonly client: ClientKind },
  ) {
    this.name = name;
    this.identity = identity;
    this.clock = clock;
    this.documents = books
      .filter(({ isCopy }) => !isCopy)
      .map((book) => new DeviceDocument(book, options.hasRezipped, options.client));
  }

  /**
   * Exchanges everything with the server.
   *
   * @throws ConnectionLost when the network goes in the midst of it: what was done before counts.
   */
  abstract sync(line: Line): Promise<void>;

  /** What of it was not exchanged yet. */
  abstract hasNews(): boolean;

  protected envelope(): Record<string, unknown> {
    const { deviceId, model, installId } = this.identity;
    return {
      deviceId,
      deviceModel: model,
      pluginVersion: '0.1.0',
      deviceTime: this.clock.wallClock(),
      ...(this.hasProtocol && { protocol: 1, installId, utcOffsetMinutes: this.clock.offsetMinutes }),
    };
  }
}
