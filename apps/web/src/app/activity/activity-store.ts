import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import type { DeviceSummary, SyncFeed, SyncFeedEntry, SyncFeedQuery } from '@bookorbit/contracts';
import { type Failure, KoreaderApi, failureFrom, listenToServer } from '../api/index.ts';
import { Loadable } from '../ui/index.ts';

export type ActivityChoice = Pick<SyncFeedQuery, 'deviceId' | 'outcome'>;

const REFRESH_DELAY_MILLISECONDS = 300;
/** Pages read to catch up with what came while nobody looked; past that the list begins anew. */
const PAGES_TO_CATCH_UP = 5;

/** The feed of what devices did: newest first, live at its top, read page by page at its end. */
@Injectable()
export class ActivityStore {
  private readonly api = inject(KoreaderApi);
  private readonly choice = signal<ActivityChoice | undefined>(undefined);
  private round = 0;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  readonly entries = signal<readonly SyncFeedEntry[]>([]);
  readonly next = signal<number | undefined>(undefined);
  readonly failure = signal<Failure | undefined>(undefined);
  readonly isReady = signal(false);
  readonly isReadingMore = signal(false);
  readonly moreFailure = signal<Failure | undefined>(undefined);
  readonly devices = new Loadable<readonly DeviceSummary[]>(() => this.api.listDevices());
  readonly state = computed(() => {
    if (this.failure() !== undefined) return 'failed';
    if (!this.isReady()) return 'loading';
    return this.entries().length === 0 ? 'empty' : 'filled';
  });

  constructor() {
    void this.devices.load();
    listenToServer(({ type }) => {
      if (type === 'koreader' || type === 'missed') this.refreshSoon();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.refreshTimer));
  }

  async open(choice: ActivityChoice): Promise<void> {
    this.choice.set(choice);
    const round = ++this.round;
    try {
      const page = await this.api.readActivity(choice);
      if (round === this.round) this.show(page);
    } catch (thrown) {
      if (round === this.round) this.failure.set(failureFrom(thrown));
    }
  }

  retry(): Promise<void> {
    this.failure.set(undefined);
    this.isReady.set(false);
    return this.open(this.choice() ?? {});
  }

  async readMore(): Promise<void> {
    const [choice, before, round] = [this.choice(), this.next(), this.round];
    if (choice === undefined || before === undefined || this.isReadingMore()) return;
    this.isReadingMore.set(true);
    this.moreFailure.set(undefined);
    try {
      const page = await this.api.readActivity({ ...choice, before });
      if (round !== this.round) return;
      this.entries.update((entries) => [...entries, ...page.entries]);
      this.next.set(page.next);
    } catch (thrown) {
      if (round === this.round) this.moreFailure.set(failureFrom(thrown));
    } finally {
      this.isReadingMore.set(false);
    }
  }

  private show(page: SyncFeed): void {
    this.entries.set(page.entries);
    this.next.set(page.next);
    this.failure.set(undefined);
    this.moreFailure.set(undefined);
    this.isReady.set(true);
  }

  private refreshSoon(): void {
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      void this.devices.refresh();
      void this.catchUp();
    }, REFRESH_DELAY_MILLISECONDS);
  }

  /** Puts before what is here what came since; if that fails, what is shown stays. */
  private async catchUp(): Promise<void> {
    const [choice, round] = [this.choice(), this.round];
    if (choice === undefined || !this.isReady()) return;
    const newest = this.entries()[0]?.id ?? 0;
    const fresh: SyncFeedEntry[] = [];
    try {
      let page = await this.api.readActivity(choice);
      for (let pages = 1; ; pages += 1) {
        const news = page.entries.filter(({ id }) => id > newest);
        fresh.push(...news);
        const hasJoined = news.length < page.entries.length || page.next === undefined;
        if (hasJoined) break;
        if (pages === PAGES_TO_CATCH_UP) {
          if (round === this.round) this.show({ entries: fresh, next: page.next });
          return;
        }
        page = await this.api.readActivity({ ...choice, before: page.next });
      }
      if (round === this.round)
        this.entries.update((entries) => [...fresh, ...entries.filter(({ id }) => id <= newest)]);
    } catch {
      // Tried again with the next event.
    }
  }
}
