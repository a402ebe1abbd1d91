import { DestroyRef, Injectable, inject } from '@angular/core';
import type {
  CurrentBook,
  HighlightOfTheDay,
  KoreaderSettings,
  MatchedBook,
  PluginActivity,
  ReadingStatistics,
} from '@bookorbit/contracts';
import { AnnotationsApi, BooksApi, KoreaderApi, ReadingApi, listenToServer } from '../api/index.ts';
import { SessionStore } from '../session/session-store.ts';
import { Loadable } from '../ui/index.ts';

const REFRESH_DELAY_MILLISECONDS = 500;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
/** A week, and a day more for those whose day has begun before ours. */
const DAYS_ASKED = 8;

/** How many books have something wrong with their files. */
export interface FileTroubles {
  readonly problems: number;
  readonly missing: number;
}

/** What waits at the KOReader page. */
export interface KoreaderNews {
  readonly settings: KoreaderSettings;
  readonly activity: PluginActivity;
}

/** What the home page shows, each part read for itself so that one that fails leaves the others. */
@Injectable()
export class HomeStore {
  private readonly books = inject(BooksApi);
  private readonly reading = inject(ReadingApi);
  private readonly koreader = inject(KoreaderApi);
  private readonly annotations = inject(AnnotationsApi);
  readonly hasDevices = inject(SessionStore).may('koreader_sync');

  readonly current = new Loadable<readonly CurrentBook[]>(() => this.reading.listCurrent());
  readonly week = new Loadable<ReadingStatistics>(() => this.reading.readStatistics({ from: daysAgo(DAYS_ASKED) }));
  readonly files = new Loadable<FileTroubles>(() => this.findFileTroubles());
  // These are only read by those who may sync.
  readonly news = new Loadable<KoreaderNews>(() => this.findNews());
  readonly synced = new Loadable<readonly MatchedBook[]>(() => this.koreader.listMatchedBooks());
  readonly highlight = new Loadable<HighlightOfTheDay>(() => this.annotations.findOfTheDay());
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    listenToServer(({ type }) => {
      if (type !== 'scan') this.refreshSoon();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.refreshTimer));
  }

  async open(): Promise<void> {
    await Promise.all(this.parts().map((part) => part.load()));
  }

  /** What the page begins with. */
  top(): readonly Pick<Loadable<unknown>, 'state'>[] {
    return this.hasDevices ? [this.current, this.files, this.news] : [this.current, this.files];
  }

  private parts() {
    const forAll = [this.current, this.week, this.files];
    return this.hasDevices ? [...forAll, this.news, this.synced, this.highlight] : forAll;
  }

  private refreshSoon(): void {
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      for (const part of this.parts()) void part.refresh();
    }, REFRESH_DELAY_MILLISECONDS);
  }

  private async findFileTroubles(): Promise<FileTroubles> {
    const [problems, missing] = await Promise.all([
      this.books.list({ only: 'problem', limit: 1 }),
      this.books.list({ only: 'missing', limit: 1 }),
    ]);
    return { problems: problems.total, missing: missing.total };
  }

  private async findNews(): Promise<KoreaderNews> {
    const [settings, activity] = await Promise.all([this.koreader.read(), this.koreader.readPluginActivity()]);
    return { settings, activity };
  }
}

/** `YYYY-MM-DD`. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MILLISECONDS).toISOString().slice(0, 10);
}
