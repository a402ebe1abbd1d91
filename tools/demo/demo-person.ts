import JSZip from 'jszip';
import type { KoreaderSettings, LibrarySummary, SessionState } from '@bookorbit/contracts';

/** What a refused request of the demo ends with: the server's own sentence. */
export class DemoRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Someone at a browser: signs in and does by the web API what a person does before the first sync. */
export class DemoPerson {
  readonly origin: string;
  private cookie = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Makes the first admin where there is nobody yet, else signs in. */
  async arrive(username: string, password: string): Promise<void> {
    const state = await this.ask<SessionState>('GET', 'session');
    await this.ask('POST', state.isSetupNeeded ? 'setup' : 'session', { username, password });
  }

  /** Makes a library over the folder unless there is one. */
  async shelve(name: string, folder: string): Promise<LibrarySummary> {
    const find = async () => {
      const libraries = await this.ask<LibrarySummary[]>('GET', 'libraries');
      return libraries.find(({ folders }) => folders?.some(({ path }) => path === folder));
    };
    const known = await find();
    if (known) return known;
    await this.ask('POST', 'libraries', { name, folders: [folder] });
    const made = await find();
    if (!made) throw new Error(`the library over ${folder} did not appear`);
    return made;
  }

  /** Waits until the library's scan has ended, telling how far it is. */
  async awaitScan(libraryId: number, tell: (line: string) => void): Promise<LibrarySummary> {
    for (;;) {
      const libraries = await this.ask<LibrarySummary[]>('GET', 'libraries');
      const library = libraries.find(({ id }) => id === libraryId);
      if (!library) throw new Error('the library is gone');
      const { scan } = library;
      if (scan?.state === 'done' || scan?.state === 'failed') return library;
      tell(`Scanning: ${scan?.filesRead ?? 0} of ${scan?.filesToRead ?? 0} files read`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  /** Makes a KOReader account unless there is one, and takes the key out of a downloaded plugin, as a device would. */
  async pairDevice(accountName: string, password: string): Promise<{ username: string; key: string }> {
    const { account } = await this.ask<KoreaderSettings>('GET', 'koreader');
    if (!account) await this.ask('POST', 'koreader/account', { username: accountName, password });
    const zip = await JSZip.loadAsync(
      await this.fetch('POST', 'koreader/plugin-packages', {}).then((answer) => answer.arrayBuffer()),
    );
    const preset = (await zip.file('bookorbit.koplugin/bookorbit/preset.lua')?.async('text')) ?? '';
    const key = /userkey = "([0-9a-f]{32})"/.exec(preset)?.[1];
    if (key === undefined) throw new Error('the downloaded plugin holds no key');
    return { username: account?.username ?? accountName, key };
  }

  /** Asks the web API as the browser does. */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.fetch(method, path, body);
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private async fetch(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.origin}/api/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json', cookie: this.cookie },
      body: body && JSON.stringify(body),
    });
    const [login] = answer.headers.getSetCookie();
    if (login !== undefined) this.cookie = login.split(';')[0] ?? '';
    if (!answer.ok) {
      const { message } = (await answer.json().catch(() => ({}))) as { message?: string };
      throw new DemoRefused(answer.status, message ?? `${method} ${path} answered ${answer.status}`);
    }
    return answer;
  }
}
