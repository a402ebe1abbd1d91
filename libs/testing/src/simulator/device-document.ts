import { DeviceBookState } from './book-state.ts';
import { DogEars } from './dog-ears.ts';
import type { SimulatedBook } from './server.ts';
import { type ClientKind, Sidecar } from './sidecar.ts';
import { DeviceStatistics } from './statistics.ts';

/** Where a device is in a document. */
export interface DevicePlace {
  readonly percentage: number;
  readonly progress: string;
  /** By the device's clock, unix seconds. */
  readonly timestamp: number;
}

/** Everything one device has of one book. */
export class DeviceDocument {
  readonly book: SimulatedBook;
  readonly hash: string;
  readonly contentSignature: readonly string[] | undefined;
  notes: Sidecar;
  dogEars: DogEars;
  state = new DeviceBookState();
  statistics = new DeviceStatistics();
  place: DevicePlace | undefined;
  /** The place the server has confirmed. */
  pushed: DevicePlace | undefined;

  private readonly client: ClientKind;

  constructor(book: SimulatedBook, isRezipped: boolean, client: ClientKind) {
    this.book = book;
    const other = isRezipped ? book.rezipped : undefined;
    this.hash = other?.hash ?? book.hash;
    this.contentSignature = other?.contentSignature;
    this.client = client;
    this.notes = new Sidecar(client);
    this.dogEars = new DogEars(client);
  }

  /** Sidecar, statistics and ledger are gone. */
  wipe(): void {
    this.notes = new Sidecar(this.client);
    this.dogEars = new DogEars(this.client);
    this.state = new DeviceBookState();
    this.statistics = new DeviceStatistics();
    this.place = undefined;
    this.pushed = undefined;
  }

  /** @returns What puts everything as it is now onto a document of this or another device. */
  copy(): (onto: DeviceDocument) => void {
    const { place, pushed } = this;
    const [notes, dogEars, state, statistics] = [
      this.notes.copy(),
      this.dogEars.copy(),
      this.state.copy(),
      this.statistics.copy(),
    ];
    return (onto) => {
      onto.notes = notes.copy();
      onto.dogEars = dogEars.copy();
      onto.state = state.copy();
      onto.statistics = statistics.copy();
      onto.place = place;
      onto.pushed = pushed;
    };
  }
}
