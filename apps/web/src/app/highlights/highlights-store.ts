import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import {
  ANNOTATIONS_CHANGED_AT_ONCE,
  ANNOTATIONS_PAGE_SIZE,
  type AnnotationChange,
  type AnnotationDetail,
  type AnnotationFacets,
  type AnnotationList,
  type AnnotationsChange,
} from '@bookorbit/contracts';
import { hexFromKoreader } from '@bookorbit/domain-annotations';
import { AnnotationsApi, type Failure, failureFrom, listenToServer } from '../api/index.ts';
import { Loadable, Notices } from '../ui/index.ts';
import type { HighlightChoice } from './highlight-query.ts';

const FIRST_PAGE = 60;
/** Read anew when something changed: what people look at is nearly always among these. */
const ROWS_REFRESHED = 2 * ANNOTATIONS_PAGE_SIZE;
const REFRESH_DELAY_MILLISECONDS = 500;

/** The annotations a choice finds, read page by page as they come into view; edits show at once and are taken back if the server refuses. */
@Injectable()
export class HighlightsStore {
  private readonly api = inject(AnnotationsApi);
  private readonly notices = inject(Notices);
  private readonly choice = signal<HighlightChoice | undefined>(undefined);
  private next: string | undefined;
  /** Raised with each new choice, so that late answers to older ones are dropped. */
  private round = 0;
  private isReading = false;
  private editsUnderWay = 0;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  readonly rows = signal<readonly AnnotationDetail[]>([]);
  /** Found in all; undefined until the first answer. */
  readonly total = signal<number | undefined>(undefined);
  readonly failure = signal<Failure | undefined>(undefined);
  /** A page further down did not come. */
  readonly moreFailure = signal<Failure | undefined>(undefined);
  readonly isSearching = signal(false);
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
    this.choice.set(choice);
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

  /** Changes one annotation; @returns whether the server did. */
  async edit(id: number, change: AnnotationChange): Promise<boolean> {
    const before = this.rows().find((row) => row.id === id);
    if (before === undefined) return false;
    return this.optimistically(
      () => this.replace([{ ...before, ...preview(change), ...(change.note === '' && { note: undefined }) }]),
      async () => this.replace([await this.api.edit(id, change)]),
      () => this.replace([before]),
    );
  }

  /** Restyles many; @returns whether the server did. */
  restyle(ids: readonly number[], change: Pick<AnnotationChange, 'style' | 'color'>): Promise<boolean> {
    const before = this.rows().filter(({ id }) => ids.includes(id));
    return this.optimistically(
      () => this.replace(before.map((row) => ({ ...row, ...preview(change) }))),
      async () => this.replace(await this.changeMany(ids, { action: 'edit', ...change })),
      () => this.replace(before),
    );
  }

  /** Takes annotations out of what is shown, into the trash or out of it; @returns whether the server did. */
  move(ids: readonly number[], action: 'trash' | 'restore'): Promise<boolean> {
    const before = this.rows().flatMap((row, index) => (ids.includes(row.id) ? [{ row, index }] : []));
    return this.optimistically(
      () => {
        this.rows.update((rows) => rows.filter(({ id }) => !ids.includes(id)));
        this.total.update((total) => total && total - before.length);
      },
      async () => {
        await this.changeMany(ids, { action });
        void this.facets.refresh();
      },
      () => {
        this.rows.update((rows) => {
          const there = [...rows];
          for (const { row, index } of before) there.splice(Math.min(index, there.length), 0, row);
          return there;
        });
        this.total.update((total) => (total !== undefined ? total + before.length : total));
      },
    );
  }

  /** Takes back a {@link move}. */
  async moveBack(ids: readonly number[], action: 'trash' | 'restore'): Promise<void> {
    try {
      await this.changeMany(ids, { action });
      await Promise.all([this.refresh(), this.facets.refresh()]);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }

  /** Lets devices try again to place it. */
  async retryPlacing(id: number): Promise<void> {
    try {
      await this.api.retry(id);
      this.notices.say($localize`Your devices try again at their next sync.`);
      await this.refresh();
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }

  private show(list: AnnotationList): void {
    this.rows.set(list.annotations);
    this.total.set(list.total);
    this.next = list.next;
    this.failure.set(undefined);
    this.moreFailure.set(undefined);
  }

  private async changeMany(
    ids: readonly number[],
    change: Omit<AnnotationsChange, 'ids'>,
  ): Promise<AnnotationDetail[]> {
    const changed: AnnotationDetail[] = [];
    for (let from = 0; from < ids.length; from += ANNOTATIONS_CHANGED_AT_ONCE) {
      const some = ids.slice(from, from + ANNOTATIONS_CHANGED_AT_ONCE);
      changed.push(...(await this.api.changeMany({ ...change, ids: some })).annotations);
    }
    return changed;
  }

  private async optimistically(show: () => void, send: () => Promise<void>, takeBack: () => void): Promise<boolean> {
    show();
    this.editsUnderWay += 1;
    try {
      await send();
      return true;
    } catch (thrown) {
      takeBack();
      this.notices.sayFailure(thrown);
      return false;
    } finally {
      this.editsUnderWay -= 1;
    }
  }

  private replace(changed: readonly AnnotationDetail[]): void {
    const byId = new Map(changed.map((row) => [row.id, row]));
    this.rows.update((rows) => rows.map((row) => byId.get(row.id) ?? row));
  }

  private refreshSoon(): void {
    if (this.choice() === undefined || this.refreshTimer !== undefined) return;
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = undefined;
      // An answer read now could be older than what is being written.
      if (this.editsUnderWay > 0) this.refreshSoon();
      else void this.refresh();
    }, REFRESH_DELAY_MILLISECONDS);
    void this.facets.refresh();
  }

  /** Reads the beginning of the list anew behind what is shown; if that fails, what is shown stays. */
  private async refresh(): Promise<void> {
    const choice = this.choice();
    if (choice === undefined || this.isSearching()) return;
    const round = this.round;
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
      if (round !== this.round || this.editsUnderWay > 0) return;
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
}

/** What a change looks like before the server has said so. */
function preview({ style, color, note, text }: AnnotationChange): Partial<AnnotationDetail> {
  const isHex = color?.startsWith('#');
  return {
    ...(style !== undefined && { style }),
    ...(color !== undefined && { color: isHex ? color : hexFromKoreader(color) }),
    ...(color !== undefined && !isHex && { colorName: color }),
    ...(note !== undefined && { note }),
    ...(text !== undefined && { text }),
  };
}
