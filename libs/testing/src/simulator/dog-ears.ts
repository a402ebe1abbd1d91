import type { AnnotationKey, BookmarkExchangeResult, DeviceBookmark } from '@bookorbit/contracts';
import { type ClientKind, keyOf } from './sidecar.ts';

/** What a device says it did of what it was asked. */
export interface OwedDogEarAcks {
  readonly applied: {
    readonly serverId: number;
    readonly status: 'applied';
    readonly key: string;
    readonly datetime: string;
    readonly pos: string;
  }[];
  readonly deleted: { readonly serverId: number; readonly status: 'applied' }[];
}

/** The dog-ears' part of a request. */
export interface SentDogEars {
  readonly keys: readonly AnnotationKey[];
  readonly keysComplete: true;
  readonly changes: readonly DeviceBookmark[];
  readonly deleted?: readonly AnnotationKey[];
}

/** The dog-eared pages of one document on one device: when each was made, by its place. */
export class DogEars {
  pages = new Map<string, string>();
  private ledger = new Map<string, string>();
  /** What was sent and not answered: it may have arrived. */
  private arriving: (readonly [string, string])[] = [];
  private owed: OwedDogEarAcks = { applied: [], deleted: [] };
  private readonly client: ClientKind;

  constructor(client: ClientKind) {
    this.client = client;
  }

  /** @returns Whether the page is dog-eared now. */
  toggle(pos: string, wallClock: string): boolean {
    if (this.pages.delete(pos)) return false;
    this.pages.set(pos, wallClock);
    return true;
  }

  hasNews(): boolean {
    const { changes, deleted } = this.book();
    return changes.length + (deleted?.length ?? 0) > 0 || this.acks() !== undefined;
  }

  /** Whether the server may have a dog-ear no answer told of, which this client will not tell as deleted. */
  mayComeBack(pos: string): boolean {
    return this.client !== 'ours' && !this.ledger.has(pos) && this.arriving.some(([sent]) => sent === pos);
  }

  /** @returns What is sent now. */
  send(): SentDogEars {
    const sent = this.book();
    this.arriving = [...this.arriving, ...sent.changes.map(({ pos, datetime }) => [pos, datetime] as const)];
    return sent;
  }

  book(): SentDogEars {
    const known = [...this.ledger, ...(this.client === 'ours' ? this.arriving : [])];
    const gone = new Map(known.filter(([pos, datetime]) => this.pages.get(pos) !== datetime).map(keyed));
    const deleted = [...gone.values()];
    return {
      keys: [...this.pages].map(dogEarKey),
      keysComplete: true,
      changes: [...this.pages]
        .filter(([pos, datetime]) => this.ledger.get(pos) !== datetime)
        .map(([pos, datetime]) => ({ datetime, pos })),
      ...(this.client !== 'older' && deleted.length > 0 && { deleted }),
    };
  }

  acks(): OwedDogEarAcks | undefined {
    const { applied, deleted } = this.owed;
    return applied.length + deleted.length > 0 ? { applied: [...applied], deleted: [...deleted] } : undefined;
  }

  dropAcks(sent: OwedDogEarAcks): void {
    this.owed = {
      applied: this.owed.applied.slice(sent.applied.length),
      deleted: this.owed.deleted.slice(sent.deleted.length),
    };
  }

  /** @param wallClock What the device's clock shows: it mints the datetime of a dog-ear it is given. */
  receive(sent: SentDogEars, { toApply }: Pick<BookmarkExchangeResult, 'toApply'>, wallClock: string): void {
    const listed = new Set(sent.keys.map(({ k }) => k));
    for (const [pos, datetime] of this.ledger) if (!listed.has(dogEarKey([pos, datetime]).k)) this.ledger.delete(pos);
    for (const { pos, datetime } of sent.changes) this.ledger.set(pos, datetime);
    const said = new Set(
      [...sent.changes.map(({ pos, datetime }) => dogEarKey([pos, datetime])), ...(sent.deleted ?? [])].map(
        ({ k }) => k,
      ),
    );
    this.arriving = this.arriving.filter((each) => !said.has(dogEarKey(each).k));
    for (const { serverId, key } of toApply.delete) {
      const page = [...this.pages].find((each) => dogEarKey(each).k === key);
      if (page) {
        this.pages.delete(page[0]);
        this.ledger.delete(page[0]);
      }
      this.owed.deleted.push({ serverId, status: 'applied' });
    }
    for (const { serverId, pos } of toApply.add) {
      const datetime = this.pages.get(pos) ?? wallClock;
      this.pages.set(pos, datetime);
      this.ledger.set(pos, datetime);
      this.owed.applied.push({ serverId, status: 'applied', key: dogEarKey([pos, datetime]).k, datetime, pos });
    }
  }

  copy(): DogEars {
    const copy = new DogEars(this.client);
    copy.arriving = [...this.arriving];
    copy.pages = new Map(this.pages);
    copy.ledger = new Map(this.ledger);
    copy.owed = { applied: [...this.owed.applied], deleted: [...this.owed.deleted] };
    return copy;
  }
}

function keyed(page: readonly [string, string]): readonly [string, AnnotationKey] {
  const key = dogEarKey(page);
  return [key.k, key];
}

function dogEarKey([pos, datetime]: readonly [string, string]): AnnotationKey {
  return keyOf({ datetime, pos0: pos });
}
