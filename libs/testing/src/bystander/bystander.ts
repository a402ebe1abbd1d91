import { randomUUID } from 'node:crypto';
import { type DeviceAccount, PluginDevice, StockDevice } from '../koreader-device.ts';
import { answeredWell } from './answered-well.ts';
import { told, UNKNOWN_DOCUMENT } from './told.ts';

const DAY_SECONDS = 86_400;
/** Books the bystander is in the middle of; in the others they have a place. */
const MOST_READ = 3;

/**
 * A user who has the same files as the one a test is about, and takes no part in it. Whatever the test does, nothing of theirs may
 * move, and nobody else may read a word of it: all they have bears one mark.
 */
export class Bystander {
  readonly userId: number;
  /** Stands in everything that is theirs alone, and nowhere else. */
  readonly mark: string;
  private readonly documents: readonly string[];
  private readonly device: PluginDevice;
  private readonly toldAtFirst: readonly string[];

  private constructor(
    userId: number,
    mark: string,
    documents: readonly string[],
    device: PluginDevice,
    toldAtFirst: readonly string[],
  ) {
    this.userId = userId;
    this.mark = mark;
    this.documents = documents;
    this.device = device;
    this.toldAtFirst = toldAtFirst;
  }

  /**
   * Lets somebody read on a device of their own: places, reading time, states and highlights.
   *
   * @param userId Whose KOReader account `account` is.
   * @param hashes Fingerprints of the files this user reads; those that several books share are left out.
   */
  static async join(account: DeviceAccount, userId: number, hashes: readonly string[]): Promise<Bystander> {
    const mark = `seen by nobody ${randomUUID()}`;
    const device = new PluginDevice(account, `bystander-${randomUUID()}`, { utcOffsetMinutes: 0 }, mark);
    const known = await matched(device, hashes);
    await leaveTraces(device, new StockDevice(account, mark, mark), mark, known);
    const documents = [...known, UNKNOWN_DOCUMENT];
    return new Bystander(userId, mark, documents, device, await told(device, documents));
  }

  /** What the server answers their device otherwise than at first; empty while nothing of theirs moved. */
  async toldOtherwise(): Promise<string[]> {
    const now = await told(this.device, this.documents);
    return now.flatMap((answer, n) => {
      const first = this.toldAtFirst[n];
      return answer === first ? [] : [`told ${answer}, and at first ${first ?? 'nothing'}`];
    });
  }
}

async function matched(device: PluginDevice, hashes: readonly string[]): Promise<string[]> {
  if (hashes.length === 0) return [];
  const { matches } = answeredWell(await device.matchCheck(hashes.map((hash) => ({ hash }))));
  if (matches.length === 0) throw new Error('The bystander has none of the books.');
  return matches.map(({ hash }) => hash);
}

async function leaveTraces(
  device: PluginDevice,
  stock: StockDevice,
  mark: string,
  hashes: readonly string[],
): Promise<void> {
  answeredWell(await stock.push(UNKNOWN_DOCUMENT, 0.5, mark, { metadata: { title: mark } }));
  if (hashes.length === 0) return;
  const yesterday = device.now() - DAY_SECONDS;
  const progress = '/body/DocFragment[2]/body/p[2].0';
  answeredWell(
    await device.progress(hashes.map((hash) => ({ hash, percentage: 0.6, progress, timestamp: yesterday }))),
  );
  const [first = ''] = hashes;
  answeredWell(await stock.push(first, 0.7, `/body/DocFragment[2]/body/p[7].0`));
  const read = hashes.slice(0, MOST_READ);
  const send = async (route: string, book: object): Promise<void> => {
    answeredWell(await device.post(route, { books: booksOf(read, book) }));
  };
  const rows = Array.from({ length: 5 }, (_, page) => [page + 1, yesterday + page * 60, 60, 100]);
  await send('page-stats', { rows, rowCount: rows.length });
  await send('book-states', { status: 'reading', rating: 5, reviewNote: mark });
  await send('annotations/exchange', { keys: [], keysComplete: true, changes: [highlight(mark)] });
}

function highlight(note: string) {
  const pos0 = '/body/DocFragment[2]/body/p[1]/text().0';
  const pos1 = '/body/DocFragment[2]/body/p[1]/text().7';
  const datetime = '2026-01-01 20:00:00';
  return {
    ...{ datetime, drawer: 'lighten', color: 'yellow', text: note, note },
    ...{ posFormat: 'xpointer', pos0, pos1, pageno: 1 },
  };
}

function booksOf(hashes: readonly string[], book: object): object[] {
  return hashes.map((hash) => ({ hash, ...book }));
}
