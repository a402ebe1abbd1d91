import fc from 'fast-check';
import type { Annotation, AskingDevice, DeviceItem, FileAnnotations, FileChange, Holding } from './annotation.ts';
import { editOnServer, restoreOnServer } from './change-on-server.ts';
import { type AnnotationFields, isSameField } from './fields.ts';
import { offerTo, type Offers, pendingFor } from './offers.ts';
import { type AckRequest, type AppliedAck, type DeletedAck, takeInAcks } from './take-in-acks.ts';
import { entomb } from './take-in-deletions.ts';
import { takeInExchange } from './take-in-exchange.ts';
import { formatWallClock } from './wall-clock.ts';

const START = Date.UTC(2026, 10, 1) / 1000;
const keyOf = (datetime: string, pos0: string) => `${datetime}|${pos0}`;

/** The server's side of one file, in memory. */
class Server {
  file: FileAnnotations = { annotations: [], holdings: [] };
  readonly synced = new Set<string>();
  private nextId = 1;

  save({ annotations, holdings }: FileChange): void {
    const ids = new Map(annotations.map(({ id }) => [id, id < 0 ? this.nextId++ : id]));
    const idOf = (id: number) => ids.get(id) ?? id;
    const byId = new Map(this.file.annotations.map((each) => [each.id, each]));
    for (const each of annotations) byId.set(idOf(each.id), { ...each, id: idOf(each.id) });
    const nameOf = (each: Holding) => `${each.deviceId} ${each.annotationId}`;
    const byName = new Map(this.file.holdings.map((each) => [nameOf(each), each]));
    for (const each of holdings) {
      const saved = { ...each, annotationId: idOf(each.annotationId) };
      byName.set(nameOf(saved), saved);
    }
    this.file = { annotations: [...byId.values()], holdings: [...byName.values()] };
  }

  change(id: number, change: (annotation: Annotation) => Annotation): void {
    this.save({ annotations: this.file.annotations.filter((each) => each.id === id).map(change), holdings: [] });
  }

  /** The user says yes to every deletion that is held. */
  confirmHeld(now: number): void {
    const held = this.file.holdings.filter(({ heldAt }) => heldAt !== undefined);
    for (const { annotationId } of held)
      this.change(annotationId, (each) => (each.deletedAt ? each : entomb(each, now)));
    this.save({ annotations: [], holdings: held.map((each) => ({ ...each, heldAt: undefined, offers: [] })) });
  }

  get living(): Annotation[] {
    return this.file.annotations.filter(({ deletedAt }) => deletedAt === undefined);
  }

  pending(deviceId: string, hasProtocol: boolean): number[] {
    return this.file.annotations
      .filter((annotation) =>
        pendingFor(
          annotation,
          this.file.holdings.find((each) => each.deviceId === deviceId && each.annotationId === annotation.id),
          { hasProtocol },
        ),
      )
      .map(({ id }) => id);
  }
}

interface Item {
  readonly datetime: string;
  readonly datetimeUpdated: string;
  readonly fields: AnnotationFields;
}

/** One device with its sidecar and, if it is ours, its ledger. */
class Device {
  items: Item[] = [];
  /** What was last sent, by key. */
  ledger = new Map<string, Item>();
  deleted: { key: string; datetime: string }[] = [];
  owed: { applied: AppliedAck[]; deleted: DeletedAck[] } = { applied: [], deleted: [] };
  hasIndexes = false;

  constructor(
    readonly id: string,
    readonly hasProtocol: boolean,
  ) {}

  static keyOf({ datetime, fields }: Item): string {
    return keyOf(datetime, fields.place?.pos0 ?? '');
  }

  pointer(number: number): string {
    return this.hasIndexes ? `/body[1]/p[${number}]/text()[1].0` : `/body/p[${number}]/text().0`;
  }

  edit(item: Item, fields: AnnotationFields, time: string): void {
    this.items = this.items.map((each) =>
      each === item ? { ...item, datetimeUpdated: time, fields: { ...item.fields, ...fields } } : each,
    );
  }

  remove(item: Item): void {
    this.items = this.items.filter((each) => each !== item);
    const key = [...this.ledger].find(([, sent]) => sent.datetime === item.datetime)?.[0];
    if (key !== undefined) this.deleted.push({ key, datetime: item.datetime });
  }

  asking(server: Server, now: number): AskingDevice {
    return {
      deviceId: this.id,
      hasProtocol: this.hasProtocol,
      clock: { deviceTime: formatWallClock(now), utcOffsetMinutes: 0 },
      receives: true,
      isFirstSync: !server.synced.has(this.id),
    };
  }

  request() {
    const listed = this.items.map((item) => ({ key: Device.keyOf(item), datetime: item.datetime }));
    const changes = this.items
      .filter((item) => JSON.stringify(this.ledger.get(Device.keyOf(item))) !== JSON.stringify(item))
      .map((item): DeviceItem & Item => ({ ...item, key: Device.keyOf(item) }));
    return {
      kind: 'highlight' as const,
      keys: listed,
      keysComplete: true,
      changes,
      deleted: [...this.deleted],
      confirmedDeletes: false,
    };
  }

  /** Applies an answer: what was sent is known to be there, and what is asked is done and owed an ack. */
  apply(sent: ReturnType<Device['request']>, offers: Offers): void {
    for (const { key, ...item } of sent.changes) this.ledger.set(key, item);
    for (const key of [...this.ledger.keys()]) if (!sent.keys.some((each) => each.key === key)) this.ledger.delete(key);
    this.deleted = this.deleted.filter((each) => !sent.deleted.some(({ key }) => key === each.key));
    for (const { annotation, fields } of offers.add) {
      const item: Item = { datetime: annotation.datetime, datetimeUpdated: annotation.datetime, fields };
      if (!this.items.some((each) => Device.keyOf(each) === Device.keyOf(item))) {
        this.items.push(item);
        this.ledger.set(Device.keyOf(item), item);
      }
      this.owed.applied.push({ serverId: annotation.id, version: annotation.version, status: 'applied' });
    }
    for (const { annotation, fields, holding, place } of offers.edit) {
      const index = this.items.findIndex((each) => Device.keyOf(each) === holding.key);
      const known = this.items[index];
      if (!known) continue;
      const item = { ...known, fields: { ...fields, place: place ?? known.fields.place } };
      this.items[index] = item;
      this.ledger.delete(Device.keyOf(known));
      this.ledger.set(Device.keyOf(item), item);
      this.owed.applied.push({ serverId: annotation.id, version: annotation.version, status: 'applied' });
    }
    for (const { annotation, holding } of offers.delete) {
      this.items = this.items.filter((each) => Device.keyOf(each) !== holding.key);
      if (holding.key !== undefined) this.ledger.delete(holding.key);
      this.owed.deleted.push({ serverId: annotation.id, status: 'applied' });
    }
  }
}

type Loss = 'none' | 'request' | 'answer' | 'repeated' | 'ack' | 'ackTwice' | 'late';

class World {
  readonly server = new Server();
  readonly devices = [new Device('a', true), new Device('b', true), new Device('old', false)];
  readonly deletedOnPurpose = new Set<string>();
  readonly everStored = new Set<string>();
  private readonly buried = new Set<number>();
  /** Requests still on their way. */
  private readonly late: (() => void)[] = [];
  private now = START;
  private made = 0;

  tick(): string {
    this.now += 7;
    return formatWallClock(this.now);
  }

  step([who, what, which, loss]: readonly [number, number, number, Loss]): void {
    const device = this.devices[who % this.devices.length];
    if (!device) return;
    const time = this.tick();
    const item = device.items[which % Math.max(1, device.items.length)];
    const annotation = this.server.file.annotations[which % Math.max(1, this.server.file.annotations.length)];
    switch (what) {
      case 0:
      case 1:
        this.made += 1;
        device.items.push({
          datetime: time,
          datetimeUpdated: time,
          fields: {
            drawer: 'lighten',
            color: 'red',
            text: `text ${this.made} is like no other ${this.made}`,
            place: { format: 'xpointer', pos0: device.pointer(this.made) },
          },
        });
        return;
      case 2:
        if (item) device.edit(item, { note: `note ${time}` }, time);
        return;
      case 3:
        if (item) device.edit(item, { color: which % 2 ? 'blue' : 'green' }, time);
        return;
      case 4:
        if (!item) return;
        this.deletedOnPurpose.add(item.fields.text ?? '');
        device.remove(item);
        return;
      case 5:
        // The engine's new version writes every index: all pointers change at once.
        device.hasIndexes = true;
        device.items = device.items.map((each) => ({
          ...each,
          fields: {
            ...each.fields,
            place: {
              format: 'xpointer',
              pos0: (each.fields.place?.pos0 ?? '').replace('/body/', '/body[1]/').replace('text().', 'text()[1].'),
            },
          },
        }));
        return;
      case 6:
        // The sidecars and the ledger are gone, as after a reset.
        if (!device.hasProtocol) return;
        device.items = [];
        device.ledger.clear();
        device.deleted = [];
        device.owed = { applied: [], deleted: [] };
        return;
      case 7:
        if (annotation?.deletedAt === undefined && annotation) {
          this.server.change(annotation.id, (each) => editOnServer(each, { note: `web ${time}` }, this.now));
        }
        return;
      case 8:
        if (annotation?.deletedAt !== undefined) {
          this.buried.delete(annotation.id);
          this.server.change(annotation.id, restoreOnServer);
        }
        return;
      case 9:
        this.late.splice(which % Math.max(1, this.late.length), 1)[0]?.();
        return;
      default:
        this.sync(device, loss);
    }
  }

  sync(device: Device, loss: Loss): void {
    this.now += 7;
    this.sendAcks(device, loss);
    const request = device.request();
    if (loss === 'request') return;
    const asking = device.asking(this.server, this.now);
    if (loss === 'late') {
      this.late.push(() => this.exchange({ ...asking, isFirstSync: false }, request));
      return;
    }
    let offers = this.exchange(asking, request);
    if (loss === 'repeated') offers = this.exchange({ ...asking, isFirstSync: false }, request);
    if (loss === 'answer') return;
    device.apply(request, offers);
    this.sendAcks(device, loss);
  }

  private exchange(asking: AskingDevice, request: ReturnType<Device['request']>): Offers {
    const { draft } = takeInExchange(this.server.file, asking, request, this.now);
    const offers = offerTo(draft, asking, keyOf);
    this.server.save(draft.change());
    this.server.synced.add(asking.deviceId);
    this.watch();
    return offers;
  }

  private sendAcks(device: Device, loss: Loss): void {
    if (loss === 'ack' || loss === 'request') return;
    const request: AckRequest = { kind: 'highlight', ...device.owed };
    for (const _ of loss === 'ackTwice' ? [1, 2] : [1]) {
      const before = this.server.pending(device.id, device.hasProtocol);
      const { draft } = takeInAcks(this.server.file, device.asking(this.server, this.now), request, this.now, keyOf);
      this.server.save(draft.change());
      // An ack only shrinks what is pending.
      expect(before).toEqual(expect.arrayContaining(this.server.pending(device.id, device.hasProtocol)));
    }
    device.owed = { applied: [], deleted: [] };
  }

  /** No exchange brings back what was deleted, and none makes two of one. */
  private watch(): void {
    const living = new Set(this.server.living.map(({ id }) => id));
    for (const id of this.buried) expect(living.has(id)).toBe(false);
    for (const { id, deletedAt, fields } of this.server.file.annotations) {
      this.everStored.add(fields.text ?? '');
      if (deletedAt !== undefined) this.buried.add(id);
    }
    expectNoDoubles(this.server.file.annotations.map(({ fields }) => fields.text ?? ''));
  }

  settle(): void {
    for (const arrive of this.late.splice(0)) arrive();
    for (let round = 0; round < 5; round += 1) {
      this.server.confirmHeld(this.now);
      for (const device of this.devices) this.sync(device, 'none');
    }
  }
}

function expectNoDoubles(texts: readonly string[]): void {
  expect([...new Set(texts)].sort()).toEqual([...texts].sort());
}

const LOSSES: readonly Loss[] = ['none', 'none', 'none', 'request', 'answer', 'repeated', 'ack', 'ackTwice', 'late'];
const step = (losses: readonly Loss[]) => fc.tuple(fc.nat(2), fc.nat(15), fc.nat(20), fc.constantFrom(...losses));

describe('exchanges of annotations', () => {
  it('converge, lose nothing, double nothing and bring nothing back, whatever is lost or repeated', () =>
    fc.assert(
      fc.property(fc.array(step(LOSSES), { minLength: 5, maxLength: 60 }), (steps) => {
        const world = new World();
        for (const each of steps) world.step(each);
        world.settle();
        const living = world.server.living.map(({ fields }) => fields.text ?? '').sort();
        for (const device of world.devices) {
          expect(device.items.map(({ fields }) => fields.text ?? '').sort()).toEqual(living);
          for (const { fields } of device.items) {
            const kept = world.server.living.find((each) => each.fields.text === fields.text);
            expect({ ...kept?.fields, ...fields, place: undefined }).toEqual({ ...fields, place: undefined });
            expect(kept && isSameField('note', kept.fields, fields)).toBe(true);
          }
          expect(world.server.pending(device.id, device.hasProtocol)).toEqual([]);
        }
        for (const text of world.everStored) {
          expect(living.includes(text) || world.deletedOnPurpose.has(text)).toBe(true);
        }
      }),
      { numRuns: 600 },
    ));
});
