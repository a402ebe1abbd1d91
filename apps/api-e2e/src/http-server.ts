import { randomBytes } from 'node:crypto';
import type { BookDetail, BookList } from '@bookorbit/contracts';
import {
  ConnectionLost,
  deviceBookOf,
  makeSmallEpub,
  makeZip,
  type ServerProcess,
  type SimulatedAnswer,
  type SimulatedBook,
  type SimulatedPerson,
  type SimulatedServer,
} from '@bookorbit/testing';
import { Browser } from './browser.ts';
import { expectStatus } from './expect-status.ts';
import { createReader } from './reader.ts';
import { World } from './world.ts';

/** Starting a server takes seconds: later crashes of one person wait until both are there again. */
const LONGEST_BEFORE_KILL_MS = 12;

/** Two built servers on one database, over HTTP, one of which may be killed at any time. */
export class HttpServer implements SimulatedServer {
  /** How often one was killed. */
  kills = 0;
  private people = 0;
  private turn = 0;
  private seconds = 0;
  private restarting: Promise<unknown> | undefined;

  private constructor(
    private readonly world: World,
    private readonly books: readonly SimulatedBook[],
  ) {}

  static async start(): Promise<HttpServer> {
    const world = await World.start({ processes: 2, hasClock: true });
    try {
      await world.setUp();
      const text = madeText(false);
      await world.addLibrary({ 'reflowed.epub': text, 'paged.cbz': madeComic() });
      return new HttpServer(world, await booksOf(world, text));
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.restarting;
    await this.world.stop();
  }

  async setTime(seconds: number): Promise<void> {
    this.seconds = seconds;
    await Promise.all(this.world.servers.map((server) => server.setTime(seconds)));
  }

  async addPerson(timeZone: string): Promise<SimulatedPerson> {
    await this.restarting;
    this.people += 1;
    const admin = new Browser(this.world.origins);
    expectStatus(await admin.post('session', { username: 'admin', password: 'admin password' }), 200);
    const name = `person-${this.people}-${randomBytes(3).toString('hex')}`;
    const options = { libraryIds: [this.world.libraryId] };
    const reader = await createReader(admin, this.world.origins, name, options);
    expectStatus(await reader.browser.put('reading/time-zone', { timeZone }), 204);
    const { username, key } = await reader.downloadPlugin();
    const { cookie = '' } = reader.browser;
    const deviceHeaders = { 'x-auth-user': username, 'x-auth-key': key };
    const webHeaders = { cookie, 'sec-fetch-site': 'same-origin' };
    return {
      books: this.books,
      device: (method, path, body) => this.ask(method, `/api/v1/koreader/${path}`, deviceHeaders, body),
      web: (method, path, body) => this.ask(method, `/api/v1/${path}`, webHeaders, body),
    };
  }

  /** Kills the server that was asked last, a moment later, and starts another in its place while the rest goes on with the other one. */
  async crash(): Promise<void> {
    await this.restarting;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_BEFORE_KILL_MS));
    const server = this.world.servers[(this.turn - 1) % this.world.servers.length];
    if (!server) return;
    this.world.servers.splice(this.world.servers.indexOf(server), 1);
    await server.kill();
    this.kills += 1;
    this.restarting = this.world.addServer().then(async (started) => {
      await started.setTime(this.seconds);
      this.restarting = undefined;
    });
    // Told by whoever waits for it next.
    this.restarting.catch(() => undefined);
  }

  private async ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: object | undefined,
  ): Promise<SimulatedAnswer> {
    const server = this.next();
    try {
      const response = await fetch(`${server.origin}${path}`, {
        method,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    } catch (error) {
      throw new ConnectionLost(error instanceof Error ? error.message : String(error));
    }
  }

  private next(): ServerProcess {
    const server = this.world.servers[this.turn++ % this.world.servers.length];
    if (!server) throw new ConnectionLost('no server is running');
    return server;
  }
}

async function booksOf(world: World, text: Buffer): Promise<SimulatedBook[]> {
  const { books } = (await world.admin.get<BookList>(`books?libraryId=${world.libraryId}`)).body;
  const details = await Promise.all(books.map(({ id }) => world.admin.get<BookDetail>(`books/${id}`)));
  const found = details.flatMap(({ body }): SimulatedBook | [] => {
    const [file] = body.files;
    // Whoever made the world may have put other books into it.
    if (!file || !['paged', 'Simulated'].includes(body.title)) return [];
    const isPaged = file.format === 'cbz';
    const { hash } = deviceBookOf(isPaged ? madeComic() : text);
    if (isPaged) return { bookId: body.id, fileId: file.id, hash, isPaged };
    const other = deviceBookOf(madeText(true));
    if (!other.contentSignature || other.hash === hash) throw new Error('the book zipped anew is no other file');
    const rezipped = { hash: other.hash, contentSignature: other.contentSignature };
    return { bookId: body.id, fileId: file.id, hash, rezipped, isPaged };
  });
  return found.sort((a, b) => Number(a.isPaged) - Number(b.isPaged));
}

function madeText(isStored: boolean): Buffer {
  const chapters = [1, 2, 3, 4].map((n) => `Chapter ${n} of what is simulated.\n\n${`${n} and more `.repeat(80)}`);
  return makeSmallEpub({ title: 'Simulated', author: 'Chance', chapters, isStored });
}

/** Two pages of one pixel. */
function madeComic(): Buffer {
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  return makeZip(['1.png', '2.png'].map((name) => ({ name, content: pixel, isStored: true })));
}
