import type { AnnotationExchangeResult, DeviceAnnotation } from '@bookorbit/contracts';
import type { AnnotationServer } from './annotation-server.ts';
import { acksOf, bookOf, envelope, keyOf } from './device-notes.ts';

/** What goes wrong with an exchange. */
export type Loss = 'none' | 'request' | 'answer' | 'repeated' | 'ack' | 'ackTwice' | 'late';

type Acks = ReturnType<typeof acksOf>;

/** One e-reader with its sidecar and, if it runs our plugin, its ledger: it sees the server by the wire only. */
export class SimulatedReader {
  items: DeviceAnnotation[] = [];
  /** What was last sent or applied, by key. */
  private ledger = new Map<string, DeviceAnnotation>();
  private deleted: { k: string; dt: string }[] = [];
  private owed: Acks[] = [];

  constructor(
    private readonly server: AnnotationServer,
    private readonly userId: number,
    private readonly hash: string,
    readonly deviceId: string,
    readonly hasProtocol: boolean,
    /** Seconds its clock is ahead, and minutes its zone is. */
    private readonly clock: { readonly ahead: number; readonly offset: number } = { ahead: 0, offset: 0 },
  ) {}

  wallClock(): string {
    const seconds = this.server.clock.seconds + this.clock.ahead + this.clock.offset * 60;
    return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  }

  make(text: string, place: number): void {
    const datetime = this.wallClock();
    this.items.push({
      datetime,
      datetimeUpdated: datetime,
      drawer: 'lighten',
      color: 'yellow',
      text,
      posFormat: 'xpointer',
      pos0: `/body/DocFragment[2]/body/p[${place + 2}]/text().0`,
      pos1: `/body/DocFragment[2]/body/p[${place + 2}]/text().9`,
    });
  }

  /** @param isTimed Whether KOReader moves its time; it does not when a note's text is edited. */
  edit(which: number, change: Partial<DeviceAnnotation>, isTimed: boolean): void {
    const item = this.items[which % Math.max(1, this.items.length)];
    if (!item) return;
    const edited = { ...item, ...change, ...(isTimed && { datetimeUpdated: this.wallClock() }) };
    this.items = this.items.map((each) => (each === item ? edited : each));
  }

  /** @returns The text of what was deleted. */
  remove(which: number): string | undefined {
    const item = this.items[which % Math.max(1, this.items.length)];
    if (!item) return undefined;
    this.items = this.items.filter((each) => each !== item);
    const key = [...this.ledger].find(([, sent]) => sent.datetime === item.datetime)?.[0];
    if (key !== undefined) this.deleted.push({ k: key, dt: item.datetime });
    return item.text;
  }

  /** The engine's new version writes every index: all pointers change at once. */
  upgradeDocument(): void {
    const upgraded = (pointer: string | undefined) =>
      pointer?.replace('/body/', '/body[1]/').replace('text().', 'text()[1].');
    this.items = this.items.map((item) => ({
      ...item,
      pos0: upgraded(item.pos0) ?? item.pos0,
      pos1: upgraded(item.pos1),
    }));
  }

  /** Sidecars and ledger are gone. */
  wipe(): void {
    this.items = [];
    this.ledger = new Map();
    this.deleted = [];
    this.owed = [];
  }

  /** @returns What puts this sidecar and ledger back as they are now. */
  backUp(): () => void {
    const { items, ledger, deleted } = this;
    const kept = { items: [...items], ledger: new Map(ledger), deleted: [...deleted] };
    return () => {
      this.items = [...kept.items];
      this.ledger = new Map(kept.ledger);
      this.deleted = [...kept.deleted];
      this.owed = [];
    };
  }

  /** @returns What arrives later, if the request is late. */
  async sync(loss: Loss): Promise<(() => Promise<unknown>) | undefined> {
    await this.sendAcks(loss);
    const book = this.book();
    if (loss === 'request') return undefined;
    const body = { ...this.envelope(), books: [book] };
    if (loss === 'late') return () => this.server.exchange(this.userId, body);
    let { results } = await this.server.exchange(this.userId, body);
    if (loss === 'repeated') ({ results } = await this.server.exchange(this.userId, body));
    if (loss === 'answer' || !results[0]) return undefined;
    this.apply(book, results[0]);
    await this.sendAcks(loss);
    return undefined;
  }

  private book() {
    const isNews = (item: DeviceAnnotation) => JSON.stringify(this.ledger.get(keyOf(item).k)) !== JSON.stringify(item);
    return bookOf(this.hash, this.items, this.items.filter(isNews), {
      ...(this.hasProtocol && { deleted: [...this.deleted] }),
    });
  }

  private apply(sent: ReturnType<SimulatedReader['book']>, answer: AnnotationExchangeResult): void {
    for (const item of sent.changes) this.ledger.set(keyOf(item).k, item);
    const listed = new Set(sent.keys.map(({ k }) => k));
    for (const key of this.ledger.keys()) if (!listed.has(key)) this.ledger.delete(key);
    this.deleted = this.deleted.filter(({ k }) => !sent.deleted?.some((each) => each.k === k));
    for (const { serverId: _id, version: _version, ...item } of answer.toApply.add) this.put(undefined, item);
    for (const { serverId: _id, version: _version, key, ...change } of answer.toApply.edit) {
      const known = this.items.find((item) => keyOf(item).k === key);
      // A note that is not there was taken away.
      if (known) this.put(known, { ...known, note: undefined, ...change, datetimeUpdated: known.datetimeUpdated });
    }
    for (const { key } of answer.toApply.delete) {
      this.items = this.items.filter((item) => keyOf(item).k !== key);
      this.ledger.delete(key);
    }
    this.owed.push(acksOf(answer));
  }

  private put(known: DeviceAnnotation | undefined, item: DeviceAnnotation): void {
    if (!known && this.items.some((each) => keyOf(each).k === keyOf(item).k)) return;
    if (known) this.ledger.delete(keyOf(known).k);
    this.items = known ? this.items.map((each) => (each === known ? item : each)) : [...this.items, item];
    this.ledger.set(keyOf(item).k, item);
  }

  private async sendAcks(loss: Loss): Promise<void> {
    if (loss === 'ack' || loss === 'request' || this.owed.length === 0) return;
    const body = { ...this.envelope(), books: this.owed };
    await this.server.ack(this.userId, body);
    if (loss === 'ackTwice') await this.server.ack(this.userId, body);
    this.owed = [];
  }

  private envelope() {
    return envelope(this.deviceId, {
      protocol: this.hasProtocol ? 1 : undefined,
      utcOffsetMinutes: this.clock.offset,
      deviceTime: this.wallClock(),
    });
  }
}
