import {
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { Router, RouterLink } from '@angular/router';
import { ANNOTATION_EXPORTS, ANNOTATION_SORTS } from '@bookorbit/contracts';
import { annotationsFile } from '../api/index.ts';
import { EmptyState, FailureNote, Icon, Notices, WindowedList } from '../ui/index.ts';
import { HighlightBulk } from './highlight-bulk.ts';
import { HighlightEdits } from './highlight-edits.ts';
import { HighlightFilters } from './highlight-filters.ts';
import { HighlightItem } from './highlight-item.ts';
import {
  type HighlightChoice,
  addressFromChoice,
  amongOthers,
  choiceFromAddress,
  isNarrowed,
  withoutFilters,
} from './highlight-query.ts';
import { HighlightSelection } from './highlight-selection.ts';
import { SORT_LABELS, groupOf } from './highlight-words.ts';
import { HighlightsStore } from './highlights-store.ts';
import { RowKeys } from './row-keys.ts';

const TYPING_PAUSE_MILLISECONDS = 250;

/** Every highlight and bookmark of somebody, of all books and devices. */
@Component({
  selector: 'bo-highlights-page',
  imports: [
    EmptyState,
    FailureNote,
    HighlightBulk,
    HighlightFilters,
    HighlightItem,
    Icon,
    MatButton,
    MatMenuModule,
    RouterLink,
    RowKeys,
    WindowedList,
  ],
  // The store and the drafts outlive the page, for the way back to it.
  providers: [HighlightSelection],
  templateUrl: './highlights-page.html',
  styleUrl: './highlights-page.css',
})
export class HighlightsPage {
  readonly q = input<string>();
  readonly book = input<string>();
  readonly color = input<string>();
  readonly style = input<string>();
  readonly device = input<string>();
  readonly source = input<string>();
  readonly note = input<string>();
  readonly quality = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();
  readonly sort = input<string>();
  readonly kind = input<string>();
  readonly view = input<string>();

  protected readonly store = inject(HighlightsStore);
  protected readonly selection = inject(HighlightSelection);
  protected readonly sorts = ANNOTATION_SORTS;
  protected readonly sortLabels = SORT_LABELS;
  protected readonly exports = ANNOTATION_EXPORTS;
  protected readonly exportLabels = { markdown: 'Markdown', csv: 'CSV', json: 'JSON', w3c: 'W3C Web Annotation' };
  protected readonly choice = computed(
    () =>
      choiceFromAddress({
        q: this.q(),
        book: this.book(),
        color: this.color(),
        style: this.style(),
        device: this.device(),
        source: this.source(),
        note: this.note(),
        quality: this.quality(),
        from: this.from(),
        to: this.to(),
        sort: this.sort(),
        kind: this.kind(),
        view: this.view(),
      }),
    { equal: (one, other) => JSON.stringify(one) === JSON.stringify(other) },
  );
  /** What stands in the search box: the address's words, ahead of it while somebody types. */
  protected readonly words = linkedSignal(() => this.q() ?? '');
  protected readonly isNarrowed = computed(() => isNarrowed(this.choice()));
  protected readonly isTrash = computed(() => this.choice().state === 'trash');
  protected readonly tabs = computed(() => {
    const { kind, state } = this.choice();
    return [
      {
        label: $localize`Highlights`,
        query: this.queryAmong('highlight', 'active'),
        isHere: kind === 'highlight' && state === 'active',
      },
      {
        label: $localize`Bookmarks`,
        query: this.queryAmong('bookmark', 'active'),
        isHere: kind === 'bookmark' && state === 'active',
      },
      { label: $localize`Trash`, query: this.queryAmong('highlight', 'trash'), isHere: state === 'trash' },
    ];
  });
  protected readonly count = computed(() => new Intl.NumberFormat().format(this.store.total() ?? 0));

  private readonly router = inject(Router);
  private readonly notices = inject(Notices);
  private readonly edits = inject(HighlightEdits);
  private readonly rowKeys = viewChild(RowKeys);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      const choice = this.choice();
      untracked(() => void this.store.open(choice));
    });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.typing);
      this.store.leave();
    });
  }

  protected search(words: string): void {
    this.words.set(words);
    clearTimeout(this.typing);
    // Each letter would be a step of the back button, so words replace one another in the address.
    this.typing = setTimeout(() => this.go({ ...this.choice(), q: words.trim() }, true), TYPING_PAUSE_MILLISECONDS);
  }

  protected sortBy(value: string): void {
    this.go({ ...this.typed(), sort: ANNOTATION_SORTS.find((known) => known === value) ?? 'newest' });
  }

  protected narrow(filters: Partial<HighlightChoice>): void {
    this.go({ ...this.typed(), ...filters });
  }

  /** Where the same search and filters lead among others. */
  protected queryAmong(
    kind: HighlightChoice['kind'],
    state: HighlightChoice['state'],
  ): ReturnType<typeof addressFromChoice> {
    return addressFromChoice(amongOthers(this.choice(), { kind, state }));
  }

  protected showAll(): void {
    this.go(withoutFilters(this.choice()));
  }

  protected exportAddress(format: (typeof ANNOTATION_EXPORTS)[number]): string {
    return annotationsFile(this.choice(), format);
  }

  /** The words a row's group begins with; undefined inside of one. */
  protected headingAt(index: number): string | undefined {
    const { sort } = this.choice();
    const [before, own] = [this.store.rows()[index - 1], this.store.rows()[index]];
    if (own === undefined) return undefined;
    const group = groupOf(own, sort);
    const isSame =
      before !== undefined && groupOf(before, sort) === group && (sort !== 'page' || before.bookId === own.bookId);
    return isSame ? undefined : group;
  }

  /** Into the trash or out of it; what has the focus goes with it, so the focus goes to the next row. */
  protected async move(ids: readonly number[]): Promise<void> {
    const action = this.isTrash() ? 'restore' : 'trash';
    const rows = this.store.rows();
    const last = rows.findLastIndex(({ id }) => ids.includes(id));
    const next = rows[last + 1] ?? rows.findLast(({ id }) => !ids.includes(id));
    this.selection.drop(ids);
    const moving = this.edits.move(ids, action);
    setTimeout(() => this.focusRow(next?.id));
    const undo = await moving;
    if (undo === undefined) return;
    this.selection.forget(ids);
    this.notices.offer(
      action === 'trash'
        ? $localize`${ids.length}:count: moved to the trash.`
        : $localize`${ids.length}:count: restored.`,
      $localize`Undo`,
      () => void this.edits.takeBack(undo),
    );
  }

  /** To a row, or, without one, to where the page begins. */
  protected focusRow(id: number | undefined): void {
    if (id !== undefined && this.rowKeys()?.focusRow(id)) return;
    this.host.querySelector<HTMLElement>('h1')?.focus();
  }

  /** The choice with the words that were typed a moment ago and are not in the address yet. */
  private typed(): HighlightChoice {
    return { ...this.choice(), q: this.words().trim() || undefined };
  }

  private go(choice: HighlightChoice, replaceUrl = false): void {
    clearTimeout(this.typing);
    void this.router.navigate(['/highlights'], { queryParams: addressFromChoice(choice), replaceUrl });
  }
}
