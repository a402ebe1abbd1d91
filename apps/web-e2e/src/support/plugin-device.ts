import { createHash } from 'node:crypto';
import type { AnnotationExchangeAnswer, DeviceAnnotation, DeviceBookmark } from '@bookorbit/contracts';
import { PluginDevice, keyOfPassword } from '@bookorbit/testing';

/** A reader with our plugin, as far as tests need one: every request must be answered 200. */
export class DeviceWithPlugin {
  private readonly device: PluginDevice;

  /** @param model What the device calls itself; the same model is the same device. */
  constructor(origin: string, username: string, password: string, model: string) {
    const deviceId = createHash('md5').update(model).digest('hex').toUpperCase();
    const account = { origins: [origin], username, key: keyOfPassword(password) };
    this.device = new PluginDevice(account, deviceId, { utcOffsetMinutes: 0 }, model);
  }

  /** Unix seconds. */
  get now(): number {
    return this.device.now();
  }

  /** Reads pages of a book of 100 pages, a minute each, and says where it is then. */
  async read(hash: string, pages: readonly number[], startTime: number): Promise<void> {
    const last = pages.at(-1) ?? 1;
    const progress = `/body/DocFragment[1]/body/p[${last}]/text().0`;
    const timestamp = startTime + pages.length * 60;
    await this.post('progress', { items: [{ hash, percentage: last / 100, progress, timestamp }] });
    const rows = pages.map((page, n) => [page, startTime + n * 60, 60, 100]);
    await this.post('page-stats', { books: [{ hash, rows }] });
  }

  /** Tells all highlights of a book, of which `changes` are new or changed, and what it deleted. */
  exchange(
    hash: string,
    highlights: readonly DeviceAnnotation[],
    changes: readonly DeviceAnnotation[] = highlights,
    deleted: readonly DeviceAnnotation[] = [],
  ): Promise<AnnotationExchangeAnswer> {
    const keys = highlights.map(keyOf);
    return this.post('annotations/exchange', {
      books: [{ hash, keys, keysComplete: true, changes, deleted: deleted.map(keyOf) }],
    });
  }

  /** Tells all bookmarks of a book. */
  async sendBookmarks(hash: string, bookmarks: readonly DeviceBookmark[]): Promise<void> {
    const keys = bookmarks.map(({ datetime, pos }) => keyOf({ datetime, pos0: pos }));
    await this.post('bookmarks/exchange', { books: [{ hash, keys, keysComplete: true, changes: bookmarks }] });
  }

  /** Says which of what it was given it could place. */
  async acknowledge(hash: string, answer: AnnotationExchangeAnswer, failing: readonly string[] = []): Promise<void> {
    const { add = [], delete: gone = [] } = answer.results[0]?.toApply ?? {};
    await this.post('annotations/exchange-ack', {
      books: [
        {
          hash,
          applied: add.map(({ serverId, version, text = '' }) =>
            failing.includes(text)
              ? { serverId, version, status: 'failed', reason: 'not found in this copy' }
              : { serverId, version, status: 'applied' },
          ),
          deleted: gone.map(({ serverId }) => ({ serverId, status: 'applied' })),
        },
      ],
    });
  }

  async post<T>(route: string, body: object): Promise<T> {
    const answer = await this.device.post<T>(route, body);
    if (answer.status !== 200) throw new Error(`${route} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** A highlight as a device has it; `n` says which paragraph it is in. */
export function deviceHighlight(n: number, text: string, more: Partial<DeviceAnnotation> = {}): DeviceAnnotation {
  return {
    datetime: `2026-11-0${1 + (n % 9)} 10:00:0${n % 10}`,
    drawer: 'lighten',
    color: 'yellow',
    text,
    chapter: 'Chapter 1',
    pageno: 1 + n,
    posFormat: 'xpointer',
    pos0: `/body/DocFragment[1]/body/p[${n + 1}]/text().0`,
    pos1: `/body/DocFragment[1]/body/p[${n + 1}]/text().9`,
    ...more,
  };
}

function keyOf({ datetime, pos0 }: Pick<DeviceAnnotation, 'datetime' | 'pos0'>): {
  readonly k: string;
  readonly dt: string;
} {
  return { k: createHash('md5').update(`${datetime}|${pos0}`, 'utf8').digest('hex'), dt: datetime };
}
