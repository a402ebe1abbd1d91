import { JobTooCostly, type JobLender, PositionsThread } from './ask-worker.ts';
import type { Borrowing, BuiltIndex, Lending, LentSpine } from './worker-messages.ts';

const JOB = {
  key: 'book',
  domVersion: 20240114,
  tasks: [{ kind: 'locate', dialect: 'xpointer', start: '/body/DocFragment/body/p[2]/text().1' }],
} as const;
const SPINE: LentSpine = {
  packagePath: 'content.opf',
  spineStep: 6,
  items: [
    {
      idref: 'c',
      itemrefPosition: 1,
      inManifest: true,
      zipPath: 'c.xhtml',
      href: 'c.xhtml',
      mediaType: 'application/xhtml+xml',
    },
  ],
  sizes: [1],
};

/** Lends a book of one chapter with so many paragraphs. */
class Lender implements JobLender {
  readonly built: BuiltIndex[] = [];
  readonly lent: string[] = [];

  constructor(private readonly paragraphs: number) {}

  lend(what: Borrowing): Promise<Lending> {
    this.lent.push(what.kind);
    if (what.kind === 'spine') return Promise.resolve(SPINE);
    if (what.kind === 'indexes') return Promise.resolve([]);
    const body = '<p>Some words, and then some more.</p>'.repeat(this.paragraphs);
    return Promise.resolve(Buffer.from(`<html><head><title>x</title></head><body>${body}</body></html>`));
  }

  keep(index: BuiltIndex): void {
    this.built.push(index);
  }
}

describe('the thread that knows books', () => {
  const threads: PositionsThread[] = [];
  const start = (...limits: ConstructorParameters<typeof PositionsThread>): PositionsThread => {
    const thread = new PositionsThread(...limits);
    threads.push(thread);
    return thread;
  };
  afterEach(async () => {
    for (const thread of threads.splice(0)) await thread.stop();
  });

  it('borrows what it needs once, and remembers it for the next job', async () => {
    const thread = start();
    const [first, second] = [new Lender(3), new Lender(3)];
    const [one, other] = await Promise.all([thread.ask(JOB, first), thread.ask(JOB, second)]);
    expect(other).toEqual(one);
    expect(one).toMatchObject([{ spineIndex: 0, fraction: expect.any(Number) }]);
    expect(first.lent).toEqual(['spine', 'indexes', 'entry']);
    expect(first.built).toHaveLength(1);
    expect(second.lent).toEqual([]);
  });

  it('is ended when a job takes too long, and does the next one afresh', async () => {
    const thread = start({ milliseconds: 1_500 });
    const endless = new Lender(1);
    endless.lend = () => new Promise(() => undefined);
    const next = new Lender(3);
    const answers = Promise.all([
      thread.ask(JOB, endless).catch((error: unknown) => error),
      thread.ask({ ...JOB, key: 'other' }, next),
    ]);
    const [refused, answered] = await answers;
    expect(refused).toBeInstanceOf(JobTooCostly);
    expect(answered).toMatchObject([{ spineIndex: 0 }]);
  });

  it('is ended when a job takes too much memory, and the server goes on', async () => {
    const thread = start({ milliseconds: 60_000, heapMebibytes: 32 });
    await expect(thread.ask(JOB, new Lender(1_000_000))).rejects.toBeInstanceOf(JobTooCostly);
    expect(await thread.ask({ ...JOB, key: 'other' }, new Lender(3))).toMatchObject([{ spineIndex: 0 }]);
  });

  it('starts afresh after a job that left it with too much', async () => {
    const thread = start({ restBytes: 1 });
    const [first, second] = [new Lender(3), new Lender(3)];
    expect(await thread.ask(JOB, first)).toEqual(await thread.ask(JOB, second));
    expect(second.lent).toEqual(first.lent);
  });

  it('lives through a job whose book cannot be lent', async () => {
    const thread = start();
    const broken = new Lender(1);
    broken.lend = () => Promise.reject(new Error('the disk is gone'));
    await expect(thread.ask(JOB, broken)).rejects.toThrow('the disk is gone');
    expect(await thread.ask(JOB, new Lender(3))).toMatchObject([{ spineIndex: 0 }]);
  });
});
