import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, StaleDevice, startServerProcess, type StockDevice } from '@bookorbit/testing';
import { Browser } from './browser.ts';
import { addBystander } from './bystander.ts';
import { expectStatus, until } from './expect-status.ts';
import { createReader } from './reader.ts';
import { World } from './world.ts';

/** Pushes on many documents at once until the server is gone, and says what was acknowledged. */
async function pushUntilGone(
  device: StockDevice,
  label: string,
  end: () => Promise<void>,
): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  let isGone = false;
  const push = async (document: string) => {
    for (let n = 1; !isGone; n += 1) {
      const answer = await device.push(document, n / 100_000, `/p[${n}].0`).catch(() => undefined);
      if (answer?.status !== 200) return;
      acknowledged.set(document, n);
    }
  };
  const pushes = Array.from({ length: 8 }, (_push, n) => push(`${label}-${n}`));
  await until(
    () => Promise.resolve([...acknowledged.values()].reduce((sum, n) => sum + n, 0) > 60),
    'some pushes to be acknowledged',
  );
  await end();
  isGone = true;
  await Promise.all(pushes);
  return acknowledged;
}

/** Every document is where its last acknowledged push left it, or one further: a push may be stored and its answer lost. */
async function expectKept(device: StockDevice, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  expect(acknowledged.size).toBe(8);
  for (const [document, n] of acknowledged) {
    const { body } = await device.pull(document);
    const { percentage, progress } = body as { percentage: number; progress: string };
    const kept = Math.round(percentage * 100_000);
    expect([document, kept === n || kept === n + 1, progress]).toEqual([document, true, `/p[${kept}].0`]);
  }
}

describe('what was answered with 200 is on disk', () => {
  it('when the server is killed outright in the midst of requests', async () => {
    const world = await World.start();
    try {
      await world.setUp();
      await world.addLibrary();
      const ann = await world.addReader('ann');
      const ben = await world.addReader('ben');
      expectStatus(await ben.stock('B', 'B').push('killed-0', 0.5, 'of Ben'), 200);
      const device = ann.stock('A', 'A');
      expectStatus(await device.authorize(), 200);
      const { port } = world.servers[0]!;
      const acknowledged = await pushUntilGone(device, 'killed', () => world.servers[0]!.kill());
      world.servers.pop();
      await world.addServer({ PORT: String(port) });
      await expectKept(device, acknowledged);
      expect((await ben.stock('B', 'B').pull('killed-0')).body).toMatchObject({ percentage: 0.5, progress: 'of Ben' });
    } finally {
      await world.stop();
    }
  });

  it('when its Postgres is killed outright, and the server goes on by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bookorbit-crash-'));
    let server: ServerProcess | undefined;
    try {
      server = await startServerProcess({ DATA_DIR: folder });
      const { origin } = server;
      const admin = new Browser([origin]);
      expectStatus(await admin.post('setup', { username: 'admin', password: 'admin password' }), 200);
      const bystander = await addBystander(admin, [origin], [], []);
      const ann = await createReader(admin, [origin], 'ann');
      const device = ann.stock('A', 'A');
      expectStatus(await device.authorize(), 200);
      const stale = await StaleDevice.join(await ann.downloadPlugin());
      const killPostgres = () => {
        const pid = Number(readFileSync(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
        process.kill(pid, 'SIGKILL');
        return Promise.resolve();
      };
      const known = '00000000000000000000000000000001';
      expectStatus(await device.push(known, 0.5, '/p[1].0'), 200);
      const acknowledged = await pushUntilGone(device, 'crashed', killPostgres);
      await until(async () => (await device.push('afterwards', 0.5, '/p.0')).status === 200, 'the server to go on', 60);
      await expectKept(device, acknowledged);
      expect(await stale.movedPlaces([known])).toEqual([]);
      expect(await bystander.toldOtherwise()).toEqual([]);
      expect(server.output()).not.toContain('internal_error');
    } finally {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
