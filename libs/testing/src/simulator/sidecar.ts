import { createHash } from 'node:crypto';
import type { AnnotationExchangeResult, AnnotationKey, DeviceAnnotation } from '@bookorbit/contracts';

/**
 * `ours` says what it deletes, also of what was sent and never answered; `forgetful` says what it deletes of what was answered; of an `older`
 * client what its list lacks is deleted.
 */
export type ClientKind = 'ours' | 'forgetful' | 'older';

/** What a device says it did of what it was asked. */
export interface OwedAcks {
  readonly applied: {
    readonly serverId: number;
    readonly version: number;
    readonly status: 'applied' | 'failed';
    readonly reason?: string;
  }[];
  readonly deleted: { readonly serverId: number; readonly status: 'applied' }[];
}

/** The highlights' part of a request. */
export interface SentNotes {
  readonly keys: readonly AnnotationKey[];
  readonly keysComplete: true;
  readonly changes: readonly DeviceAnnotation[];
  readonly deleted?: readonly AnnotationKey[];
  readonly round?: number;
}

type NotesAnswer = Pick<AnnotationExchangeResult, 'toApply' | 'round' | 'resend'>;

/** Unlike anything a highlight has. */
const TO_BE_TOLD_ANEW = 'to be told anew';
/** Requests of clients without `protocol` hold so many. */
const MOST_CHANGES = 50;

/** The highlights of one document on one device, and the ledger of what the server acknowledged. */
export class Sidecar {
  items: DeviceAnnotation[] = [];
  /** What was last acknowledged or applied, by key. */
  private ledger = new Map<string, DeviceAnnotation>();
  /** What was sent and not answered, by key: it may have arrived. */
  private arriving = new Map<string, DeviceAnnotation>();
  /** How many exchanges it remembers; only our plugin counts them. */
  private round: number | undefined;
  private owed: OwedAcks = { applied: [], deleted: [] };
  /** So many of the next things asked of it it cannot do: their words are not in its copy of the book. */
  failuresToCome = 0;
  private readonly client: ClientKind;

  constructor(client: ClientKind) {
    this.client = client;
  }

  /** It says how many exchanges it remembers, by which a backup is told from a device that went on. */
  countsExchanges(): boolean {
    return this.client === 'ours';
  }

  /** Whether the server may have a highlight no answer told of, which this client will not tell as deleted. */
  mayComeBack(item: DeviceAnnotation): boolean {
    const { k } = keyOf(item);
    return this.client === 'forgetful' && !this.ledger.has(k) && this.arriving.has(k);
  }

  make(item: DeviceAnnotation): void {
    this.items = [...this.items, item];
  }

  pick(which: number): DeviceAnnotation | undefined {
    return this.items[which % Math.max(1, this.items.length)];
  }

  replace(item: DeviceAnnotation, by: DeviceAnnotation): void {
    this.items = this.items.map((each) => (each === item ? by : each));
  }

  remove(item: DeviceAnnotation): void {
    this.items = this.items.filter((each) => each !== item);
  }

  /** @returns Whether something was not acknowledged yet, or acks are owed. */
  hasNews(): boolean {
    const { changes, deleted } = this.book();
    return changes.length + (deleted?.length ?? 0) > 0 || this.acks() !== undefined;
  }

  /** @returns What is sent now. */
  send(): SentNotes {
    const sent = this.book();
    for (const item of sent.changes) this.arriving.set(keyOf(item).k, item);
    return sent;
  }

  /** What is to be sent: every key, what differs from the ledger, and what of the ledger is gone. */
  book(): SentNotes {
    const live = new Set(this.items.map((item) => keyOf(item).k));
    const changed = this.items.filter(
      (item) => JSON.stringify(this.ledger.get(keyOf(item).k)) !== JSON.stringify(item),
    );
    // The item of the same second is what became of one whose pointer changed.
    const moved = new Set(changed.map(({ datetime, text }) => `${datetime} ${text}`));
    const datetimes = new Set(this.items.map(({ datetime }) => datetime));
    const deleted = [
      ...[...this.ledger].filter(([key, { datetime, text }]) => !live.has(key) && !moved.has(`${datetime} ${text}`)),
      ...(this.client === 'ours'
        ? [...this.arriving].filter(([key, { datetime }]) => !this.ledger.has(key) && !datetimes.has(datetime))
        : []),
    ].map(([, item]) => keyOf(item));
    return {
      keys: this.items.map(keyOf),
      keysComplete: true,
      changes: this.client !== 'older' ? changed : changed.slice(0, MOST_CHANGES),
      ...(this.client !== 'older' && deleted.length > 0 && { deleted }),
      ...(this.round !== undefined && { round: this.round }),
    };
  }

  acks(): OwedAcks | undefined {
    const { applied, deleted } = this.owed;
    return applied.length + deleted.length > 0 ? { applied: [...applied], deleted: [...deleted] } : undefined;
  }

  dropAcks(sent: OwedAcks): void {
    this.owed = {
      applied: this.owed.applied.slice(sent.applied.length),
      deleted: this.owed.deleted.slice(sent.deleted.length),
    };
  }

  /** Does what the server asks, and owes it acks. */
  receive(sent: SentNotes, { toApply, round, resend }: NotesAnswer): void {
    const isBehind = resend === true && this.round !== undefined && round !== undefined && round <= this.round;
    if (this.client === 'ours') this.round = round ?? this.round;
    const listed = new Set(sent.keys.map(({ k }) => k));
    for (const key of this.ledger.keys()) if (!listed.has(key)) this.ledger.delete(key);
    for (const item of sent.changes) this.ledger.set(keyOf(item).k, item);
    for (const { k } of [...sent.changes.map(keyOf), ...(sent.deleted ?? [])]) this.arriving.delete(k);
    for (const { key } of toApply.delete) {
      this.items = this.items.filter((item) => keyOf(item).k !== key);
      this.ledger.delete(key);
    }
    const failed = new Set<number>();
    const fails = (serverId: number) => {
      if (this.failuresToCome === 0) return false;
      this.failuresToCome -= 1;
      failed.add(serverId);
      return true;
    };
    for (const { serverId, version: _version, key, ...change } of toApply.edit) {
      if (fails(serverId)) continue;
      const known = this.items.find((item) => keyOf(item).k === key);
      // A note that is not in the edit was taken away.
      if (known) this.put(known, { ...known, note: undefined, ...change, datetimeUpdated: known.datetimeUpdated });
    }
    for (const { serverId, version: _version, ...item } of toApply.add) {
      if (!fails(serverId)) this.put(undefined, item);
    }
    this.owed = {
      applied: [
        ...this.owed.applied,
        ...[...toApply.add, ...toApply.edit].map(({ serverId, version }) => ({
          serverId,
          version,
          ...(failed.has(serverId)
            ? { status: 'failed' as const, reason: 'its words are not there' }
            : { status: 'applied' as const }),
        })),
      ],
      deleted: [
        ...this.owed.deleted,
        ...toApply.delete.map(({ serverId }) => ({ serverId, status: 'applied' as const })),
      ],
    };
    // What the server has forgotten it is told anew; what is gone from here stays known to be deleted.
    if (isBehind) for (const [key, item] of this.ledger) this.ledger.set(key, { ...item, chapter: TO_BE_TOLD_ANEW });
  }

  /** The engine's new version writes every index: all pointers change at once. */
  upgradeDocument(): void {
    const upgraded = (pointer: string) => pointer.replace('/body/', '/body[1]/').replace('text().', 'text()[1].');
    this.items = this.items.map((item) => ({
      ...item,
      pos0: upgraded(item.pos0),
      pos1: item.pos1 && upgraded(item.pos1),
    }));
  }

  /** @returns A copy of all of it, as a backup or a cloned device has it. */
  copy(): Sidecar {
    const copy = new Sidecar(this.client);
    copy.items = [...this.items];
    copy.ledger = new Map(this.ledger);
    copy.arriving = new Map(this.arriving);
    copy.round = this.round;
    copy.owed = { applied: [...this.owed.applied], deleted: [...this.owed.deleted] };
    return copy;
  }

  private put(known: DeviceAnnotation | undefined, item: DeviceAnnotation): void {
    if (!known && this.items.some((each) => keyOf(each).k === keyOf(item).k)) return;
    if (known) this.ledger.delete(keyOf(known).k);
    this.items = known ? this.items.map((each) => (each === known ? item : each)) : [...this.items, item];
    this.ledger.set(keyOf(item).k, item);
  }
}

/** @returns The key an annotation is known by: md5 of `datetime|pos0`. */
export function keyOf({ datetime, pos0 }: Pick<DeviceAnnotation, 'datetime' | 'pos0'>): AnnotationKey {
  return { k: createHash('md5').update(`${datetime}|${pos0}`, 'utf8').digest('hex'), dt: datetime };
}
