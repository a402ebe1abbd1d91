import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader } from '../database/test-reader.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { type Loss, SimulatedReader } from './testing/simulated-reader.ts';

let database: TestDatabase;
let server: AnnotationServer;
beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await AnnotationServer.start(database.connection);
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

/** A person with five e-readers, one of them a copy of another, and what they did. */
class World {
  readonly deletedOnPurpose = new Set<string>();
  private readonly late: (() => Promise<unknown>)[] = [];
  private readonly backups = new Map<SimulatedReader, () => void>();
  private made = 0;

  private constructor(
    readonly userId: number,
    readonly devices: readonly SimulatedReader[],
    /** Shares its id with the first. */
    readonly clone: SimulatedReader,
  ) {}

  static async create(): Promise<World> {
    const { userId, files } = await createTestReader(server.dataSource);
    const hash = files[0]?.hash ?? '';
    const device = (id: string, hasProtocol: boolean, clock?: { ahead: number; offset: number }) =>
      new SimulatedReader(server, userId, hash, id, hasProtocol, clock);
    const devices = [
      device('kobo', true),
      device('phone', true, { ahead: 300, offset: 540 }),
      device('old', false, { ahead: 0, offset: 60 }),
      device('tablet', true, { ahead: -86_400, offset: -210 }),
    ];
    return new World(userId, devices, device('kobo', true));
  }

  async step([who, what, which, loss]: readonly [number, number, number, Loss]): Promise<void> {
    server.clock.seconds += 7;
    const all = [...this.devices, this.clone];
    const device = all[who % all.length];
    if (!device) return;
    switch (what) {
      case 0:
      case 1:
        this.made += 1;
        device.make(`passage ${this.made} is like no other ${this.made}`, this.made);
        return;
      case 2:
        // A clone's own edits cannot be told from its original's.
        if (this.isAlone(device)) device.edit(which, { note: `note ${server.clock.seconds}` }, which % 2 === 0);
        return;
      case 3:
        if (this.isAlone(device)) device.edit(which, { color: which % 2 ? 'blue' : 'green' }, true);
        return;
      case 4:
        this.deletedOnPurpose.add(device.remove(which) ?? '');
        return;
      case 5:
        if (this.isAlone(device)) device.upgradeDocument();
        return;
      case 6:
        if (device.hasProtocol) device.wipe();
        return;
      case 7:
        if (device.hasProtocol) this.backups.set(device, device.backUp());
        return;
      case 8:
        // A ledger as old as the sidecar knows nothing of edits since, so only what was never edited is put back.
        if (this.backups.size > 0 && this.isAlone(device) && !this.hasEdits) this.backups.get(device)?.();
        return;
      case 9:
        await this.late.splice(which % Math.max(1, this.late.length), 1)[0]?.();
        return;
      default:
        await this.sync(device, loss);
    }
  }

  hasEdits = false;

  async sync(device: SimulatedReader, loss: Loss): Promise<void> {
    server.clock.seconds += 7;
    const arrival = await device.sync(loss);
    if (arrival) this.late.push(arrival);
  }

  /** Everything arrives, the user says yes to what is held, and all devices sync until nothing is left. */
  async settle(): Promise<void> {
    for (const arrive of this.late) await arrive();
    for (let round = 0; round < 6; round += 1) {
      await server.dataSource.query(
        `WITH held AS (UPDATE annotation_devices SET held_at = NULL, offers = '[]' WHERE user_id = $1 AND held_at IS NOT NULL RETURNING annotation_id)
         UPDATE annotations SET deleted_at = now(), version = version + 1 WHERE user_id = $1 AND deleted_at IS NULL
           AND id IN (SELECT annotation_id FROM held)`,
        [this.userId],
      );
      for (const device of [...this.devices, this.clone]) await this.sync(device, 'none');
    }
  }

  async kept(): Promise<{ text: string; note: string | null; color: string; is_deleted: boolean }[]> {
    const rows: { text: string; note: string | null; color: string; is_deleted: boolean }[] =
      await server.dataSource.query(
        `SELECT text, note, color, deleted_at IS NOT NULL AS is_deleted FROM annotations WHERE user_id = $1`,
        [this.userId],
      );
    return rows.sort((a, b) => (a.text < b.text ? -1 : 1));
  }

  private isAlone(device: SimulatedReader): boolean {
    return device !== this.clone && device !== this.devices[0];
  }
}

const LOSSES: readonly Loss[] = ['none', 'none', 'none', 'request', 'answer', 'repeated', 'ack', 'ackTwice', 'late'];
const steps = fc.array(fc.tuple(fc.nat(4), fc.nat(16), fc.nat(20), fc.constantFrom(...LOSSES)), {
  minLength: 10,
  maxLength: 40,
});

describe('devices that exchange at random', () => {
  it('agree in the end, with every note there once or deleted on purpose', () =>
    fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const world = await World.create();
        world.hasEdits = schedule.some(([, what]) => what === 2 || what === 3);
        for (const each of schedule) await world.step(each);
        await world.settle();
        const kept = await world.kept();
        const texts = kept.map(({ text }) => text);
        expect([...new Set(texts)]).toEqual(texts);
        const living = kept.filter((each) => !each.is_deleted);
        for (const { text } of kept.filter((each) => each.is_deleted)) {
          expect([...world.deletedOnPurpose]).toContain(text);
        }
        for (const device of [...world.devices, world.clone]) {
          const has = device.items.toSorted((a, b) => ((a.text ?? '') < (b.text ?? '') ? -1 : 1));
          expect(has.map(({ text }) => text)).toEqual(living.map(({ text }) => text));
          if (device === world.clone || device === world.devices[0]) continue;
          expect(has.map(({ note, color }) => [note, color])).toEqual(
            living.map(({ note, color }) => [note ?? undefined, color]),
          );
        }
      }),
      { numRuns: Number(process.env['ANNOTATION_SCHEDULES'] ?? 30) },
    ));
});
