import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import {
  ANNOTATIONS_PAGE_SIZE,
  type AnnotationDetail,
  type AnnotationFacets,
  type AnnotationList,
} from '@bookorbit/contracts';
import { AnnotationsApi, type Failure, failureFrom, listenToServer } from '../api/index.ts';
import { KnownHeights, Loadable } from '../ui/index.ts';
import type { HighlightChoice } from './highlight-query.ts';

const FIRST_PAGE = 60;
/** Read anew when something changed: what people look at is nearly always among these. */
const ROWS_REFRESHED = 2 * ANNOTATIONS_PAGE_SIZE;
const REFRESH_DELAY_MILLISECONDS = 500;

/**
 * The annotations a choice finds, read page by page as they come into view, kept up to date with the server while they are shown, and kept for
 * the way back from a book. `HighlightEdits` changes them.
 */
@Injectable({ providedIn: 'root' })
export class HighlightsStore {
  private readonly api = inject(AnnotationsApi);
  private readonly chosen = signal<HighlightChoice | undefined>(undefined);
  private next: string | undefined;
  /** Raised with each new choice, so that late answers to older ones are dropped. */
  private round = 0;
  private isReading = false;
  private isShown = false;
  private writing = 0;
  /** Raised with each write, so that what was read before it ended is dropped. */
  private writes = 0;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  /** What is shown; undefined until something was chosen. */
  readonly choice = this.chosen.asReadonly();
  readonly rows = signal<readonly AnnotationDetail[]>([]);
  /** Found in all; undefined until the first answer. */
  readonly total = signal<number | undefined>(undefined);
  readonly failure = signal<Failure | undefined>(undefined);
  /** A page further down did not come. */
  readonly moreFailure = signal<Failure | undefined>(undefined);
  readonly isSearching = signal(false);
  /** How high the rows are on the page. */
  readonly heights = new KnownHeights();
  readonly facets = new Loadable<AnnotationFacets>(() => {
    const { kind, state } = this.choice() ?? {};
    return this.api.listFacets({ kind, state });
  });
  readonly state = computed(() => {
    if (this.failure() !== undefined) return 'failed';
    const total = this.total();
    return total === undefined ? 'loading' : total === 0 ? 'empty' : 'filled';
  });

  constructor() {
    listenToServer(({ type }) => {
      if (type === 'koreader' || type === 'import' || type === 'missed') this.refreshSoon();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.refreshTimer));
  }

  /** Shows what `choice` finds; what is here from before stays until the answer comes. */
  async open(choice: HighlightChoice): Promise<void> {
    const before = this.choice();
    this.isShown = true;
    // On the way back from a book everything is still here and only brought up to date.
    if (JSON.stringify(choice) === JSON.stringify(before) && this.isWhole()) return this.refreshAll();
    this.chosen.set(choice);
    this.isSearching.set(true);
    const round = ++this.round;
    try {
      const list = await this.api.list({ ...choice, limit: FIRST_PAGE });
      if (round === this.round) this.show(list);
    } catch (thrown) {
      if (round === this.round) this.failure.set(failureFrom(thrown));
    } finally {
      if (round === this.round) this.isSearching.set(false);
    }
    // After the rows, which people wait for.
    if (before?.kind !== choice.kind || before.state !== choice.state) void this.facets.refresh();
  }

  /** Nobody looks at it any more; what is here stays for the way back. */
  leave(): void {
    this.isShown = false;
  }

  retry(): Promise<void> {
    const choice = this.choice();
    this.failure.set(undefined);
    this.total.set(undefined);
    return choice ? this.open(choice) : Promise.resolve();
  }

  /** Reads the page behind the last row that is here. */
  async readMore(): Promise<void> {
    const choice = this.choice();
    if (choice === undefined || this.next === undefined || this.isReading) return;
    const round = this.round;
    this.isReading = true;
    this.moreFailure.set(undefined);
    try {
      const list = await this.api.list({ ...choice, after: this.next, limit: ANNOTATIONS_PAGE_SIZE });
      if (round !== this.round) return;
      const known = new Set(this.rows().map(({ id }) => id));
      this.rows.update((rows) => [...rows, ...list.annotations.filter(({ id }) => !known.has(id))]);
      this.next = list.next;
      // What was narrowed or trashed elsewhere meanwhile may leave fewer rows than were counted.
      this.total.set(list.next === undefined ? this.rows().length : list.total);
    } catch (thrown) {
      if (round === this.round) this.moreFailure.set(failureFrom(thrown));
    } finally {
      this.isReading = false;
    }
  }

  /** Shows rows as they are now, where they are shown. */
  replace(changed: readonly AnnotationDetail[]): void {
    const byId = new Map(changed.map((row) => [row.id, row]));
    this.rows.update((rows) => rows.map((row) => byId.get(row.id) ?? row));
  }

  /** Takes rows out of what is shown; @returns what puts them back where they were. */
  takeOut(ids: readonly number[]): () => void {
    const leaving = new Set(ids);
    const before = this.rows().flatMap((row, index) => (leaving.has(row.id) ? [{ row, index }] : []));
    this.rows.update((rows) => rows.filter(({ id }) => !leaving.has(id)));
    this.total.update((total) => total && total - before.length);
    return () => {
      this.rows.update((rows) => {
        const there = [...rows];
        for (const { row, index } of before) there.splice(Math.min(index, there.length), 0, row);
        return there;
      });
      this.total.update((total) => (total !== undefined ? total + before.length : total));
    };
  }

  /** While something is written, what is read could be older, and is not shown. */
  async whileWriting<T>(write: () => Promise<T>): Promise<T> {
    this.writing += 1;
    try {
      return await write();
    } finally {
      this.writing -= 1;
      this.writes += 1;
    }
  }

  /** Reads the beginning of the list anew behind what is shown; if that fails, what is shown stays. */
  async refresh(): Promise<void> {
    const choice = this.choice();
    if (choice === undefined || this.isSearching()) return;
    const { round, writes } = this;
    const wanted = Math.min(Math.max(this.rows().length, FIRST_PAGE), ROWS_REFRESHED);
    try {
      const fresh: AnnotationDetail[] = [];
      let list: AnnotationList;
      let after: string | undefined;
      do {
        const limit = Math.min(wanted - fresh.length, ANNOTATIONS_PAGE_SIZE);
        list = await this.api.list({ ...choice, after, limit });
        fresh.push(...list.annotations);
        after = list.next;
      } while (after !== undefined && fresh.length < wanted);
      if (round !== this.round) return;
      if (this.writing > 0 || writes !== this.writes) {
        this.refreshSoon();
        return;
      }
      const known = new Set(fresh.map(({ id }) => id));
      const isWhole = after === undefined || this.rows().length <= wanted;
      const rest = isWhole
        ? []
        : this.rows()
            .slice(wanted)
            .filter(({ id }) => !known.has(id));
      this.rows.set([...fresh, ...rest]);
      this.total.set(list.total);
      if (isWhole) this.next = list.next;
    } catch {
      // Tried again with the next event.
    }
  }

  /** Reads anew what is shown, and what it can be narrowed by. */
  async refreshAll(): Promise<void> {
    await Promise.all([this.refresh(), this.facets.refresh()]);
  }

  /** What is shown is what the choice finds, and not of the one before. */
  private isWhole(): boolean {
    return this.total() !== undefined && this.failure() === undefined && !this.isSearching();
  }

  private show(list: AnnotationList): void {
    this.rows.set(list.annotations);
    this.total.set(list.total);
    this.next = list.next;
    this.failure.set(undefined);
    this.moreFailure.set(undefined);
  }

  private refreshSoon(): void {
    if (!this.isShown || this.refreshTimer !== undefined) return;
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = undefined;
      // An answer read now could be older than what is being written.
      if (this.writing > 0) this.refreshSoon();
      else void this.refresh();
    }, REFRESH_DELAY_MILLISECONDS);
    void this.facets.refresh();
  }
}
