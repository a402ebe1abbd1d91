import type { LibrarySummary } from '@bookorbit/contracts';
import { Bystander, BystanderRows, type StaleDevice, keyOfPassword } from '@bookorbit/testing';
import type { Page } from 'playwright-core';
import type { TestServer } from './server.ts';
import { WebClient } from './web-client.ts';

const USERNAME = 'bystander';
const ACCOUNT_NAME = 'bystander-devices';
const PASSWORD = 'what a bystander types';

/** Sees that a user who has the same books and takes no part in a test notices nothing of it, and that no page shows anything of theirs. */
export class BystanderWatch {
  private constructor(
    private readonly bystander: Bystander,
    private readonly rows: BystanderRows,
    private readonly hashes: readonly string[],
  ) {}

  /**
   * Adds the bystander, who may read all libraries and has a device of their own.
   *
   * @param hashes Fingerprints of the books there; the bystander is in all of them, and in the middle of the first ones.
   */
  static async begin(server: TestServer, hashes: readonly string[]): Promise<BystanderWatch> {
    const { admin, origin, databaseUrl } = server;
    const libraryIds = (await admin.get<readonly LibrarySummary[]>('/libraries')).map(({ id }) => id);
    const permissions = ['koreader_sync', 'download'] as const;
    const user = await admin.createUser({ username: USERNAME, password: PASSWORD, permissions, libraryIds });
    const api = new WebClient(origin);
    await api.signIn(USERNAME, PASSWORD);
    await api.post('/koreader/account', { username: ACCOUNT_NAME, password: PASSWORD });
    const account = { origins: [origin], username: ACCOUNT_NAME, key: keyOfPassword(PASSWORD) };
    const bystander = await Bystander.join(account, user.id, hashes);
    return new BystanderWatch(bystander, await BystanderRows.read(databaseUrl, bystander), hashes);
  }

  /** Fails when an open page holds a word of the bystander's, shown or not. */
  async expectUnseenOn(pages: readonly Page[]): Promise<void> {
    const { mark } = this.bystander;
    for (const page of pages) {
      const isSeen = await page.locator('html').evaluate((root, words) => root.outerHTML.includes(words), mark);
      expect(isSeen ? `${page.url()} shows what only the bystander has` : '').toBe('');
    }
  }

  /**
   * Fails when anything of the bystander's moved, or is known to others.
   *
   * @param stale A device of somebody tests were about: what it reports by its clock moves nothing of theirs either.
   */
  async end(stale: StaleDevice): Promise<void> {
    expect(await this.rows.moved()).toEqual([]);
    expect(await stale.movedPlaces(this.hashes)).toEqual([]);
    expect((await stale.told(this.hashes)).filter((answer) => answer.includes(this.bystander.mark))).toEqual([]);
    expect(await this.bystander.toldOtherwise()).toEqual([]);
    expect(await this.rows.ofOthers()).toEqual([]);
  }
}
