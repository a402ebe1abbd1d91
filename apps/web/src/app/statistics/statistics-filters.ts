import { Component, computed, inject, input, output } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import type { ReadingSource, ReadingStatistics } from '@bookorbit/contracts';
import { firstValueFrom } from 'rxjs';
import { Icon } from '../ui/index.ts';
import { BookChoiceDialog, type ChosenBook } from './book-choice-dialog.ts';
import { type StatisticsChoice, yearsSince } from './statistics-query.ts';
import { sayDevice } from './statistics-words.ts';

/** What statistics are of: a year, a device, a book. */
@Component({
  selector: 'bo-statistics-filters',
  imports: [Icon],
  templateUrl: './statistics-filters.html',
  styleUrl: './statistics-filters.css',
})
export class StatisticsFilters {
  readonly choice = input.required<StatisticsChoice>();
  /** Everything that was ever read: what can be chosen. */
  readonly all = input.required<ReadingStatistics | undefined>();
  /** What is shown. */
  readonly shown = input.required<ReadingStatistics | undefined>();
  readonly narrowed = output<StatisticsChoice>();

  protected readonly years = computed(() => {
    const all = this.all();
    return all === undefined ? [] : yearsSince(all.firstDay, all.today);
  });
  protected readonly devices = computed(() =>
    (this.all()?.devices ?? []).map(({ source, deviceId, name }) => ({
      value: deviceId === undefined ? source : `${source}/${deviceId}`,
      label: sayDevice(source, name),
      isHere: this.choice().source === source && this.choice().deviceId === deviceId,
    })),
  );
  protected readonly bookTitle = computed(() => {
    const { bookId } = this.choice();
    if (bookId === undefined) return $localize`All books`;
    const known = [...(this.shown()?.books ?? []), ...(this.all()?.books ?? [])];
    return known.find((one) => one.bookId === bookId)?.title ?? $localize`One book`;
  });
  private readonly dialog = inject(MatDialog);

  protected showYear(value: string): void {
    this.narrowed.emit({ ...this.choice(), year: value === '' ? undefined : Number(value) });
  }

  protected showDevice(value: string): void {
    const [source, deviceId] = value.split(/\/(.*)/s);
    this.narrowed.emit({ ...this.choice(), source: (source || undefined) as ReadingSource | undefined, deviceId });
  }

  protected async chooseBook(): Promise<void> {
    const opened = this.dialog.open<BookChoiceDialog, undefined, ChosenBook>(BookChoiceDialog, {
      width: '34rem',
      maxWidth: '94vw',
    });
    const chosen = await firstValueFrom(opened.afterClosed());
    if (chosen !== undefined) this.narrowed.emit({ ...this.choice(), bookId: chosen.bookId });
  }
}
