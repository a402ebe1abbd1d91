import { type Bystander, BystanderRows, deviceBookOf, StaleDevice } from '@bookorbit/testing';
import type { Browser } from './browser.ts';
import { addBystander } from './bystander.ts';
import { sendRaw } from './raw-request.ts';
import type { Reader } from './reader.ts';

/** Ids a question is asked about: those of the bystander's things are among the first of each table. */
const IDS = [1, 2, 3];

interface Place {
  readonly admin: Browser;
  readonly origins: readonly string[];
  readonly databaseUrl: string;
  readonly libraryId: number;
}

/** Sees at the end of a world that its bystander noticed nothing, and that nobody was told anything of theirs. */
export class BystanderWatch {
  private constructor(
    private readonly place: Place,
    private readonly bystander: Bystander,
    private readonly hashes: readonly string[],
    private readonly rows: BystanderRows,
  ) {}

  /** @param files Of the library, which bystander and everybody else have alike. */
  static async begin(place: Place, files: readonly Buffer[]): Promise<BystanderWatch> {
    const hashes = [...new Set(files.map((bytes) => deviceBookOf(bytes).hash))];
    const bystander = await addBystander(place.admin, place.origins, [place.libraryId], hashes);
    return new BystanderWatch(place, bystander, hashes, await BystanderRows.read(place.databaseUrl, bystander));
  }

  /** @param readers Of whom the first that still may sync has a device with a stopped clock. */
  async end(readers: readonly Reader[]): Promise<void> {
    expect(await this.rows.moved()).toEqual([]);
    const { stale, browser } = await firstStaleDevice(readers);
    expect(await stale.movedPlaces(this.hashes)).toEqual([]);
    expect(await this.bystander.toldOtherwise()).toEqual([]);
    const told = [
      ...(await stale.told(this.hashes)),
      ...(await this.toldOnTheWeb(this.place.admin)),
      ...(await this.toldOnTheWeb(browser)),
    ];
    expect(told.length).toBeGreaterThan(10);
    expect(told.filter((answer) => answer.includes(this.bystander.mark))).toEqual([]);
    expect(await this.rows.ofOthers()).toEqual([]);
  }

  /** What every question the web API knows is answered with. */
  private async toldOnTheWeb({ cookie = '' }: Browser): Promise<string[]> {
    const [origin = ''] = this.place.origins;
    const description = await sendRaw(origin, { method: 'GET', path: '/api/docs-json' });
    const { paths } = JSON.parse(description.body) as { paths: Record<string, Record<string, unknown>> };
    const questions = Object.entries(paths)
      .filter(([path, methods]) => 'get' in methods && !path.includes('/koreader/plugin/'))
      .flatMap(([path]) => (path.includes('{') ? IDS.map((id) => path.replaceAll(/\{\w+\}/g, String(id))) : [path]));
    const answers: string[] = [];
    for (const path of questions) {
      const { status, body } = await sendRaw(origin, { method: 'GET', path, headers: { cookie } });
      if (status === 200) answers.push(body);
    }
    return answers;
  }
}

async function firstStaleDevice(readers: readonly Reader[]): Promise<{ stale: StaleDevice; browser: Browser }> {
  for (const reader of readers) {
    const stale = await staleDeviceOf(reader).catch(() => undefined);
    if (stale) return { stale, browser: reader.browser };
  }
  throw new Error('Nobody in this world can sync at its end: add a reader who can.');
}

/** With a key of a download, as the bystander's. */
async function staleDeviceOf(reader: Reader): Promise<StaleDevice> {
  return StaleDevice.join(await reader.downloadPlugin());
}
