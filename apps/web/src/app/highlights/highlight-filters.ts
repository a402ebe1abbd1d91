import { Component, computed, input, output, signal } from '@angular/core';
import {
  ANNOTATION_QUALITIES,
  ANNOTATION_STYLES,
  type AnnotationDetail,
  type AnnotationFacets,
  type AnnotationQuality,
  type AnnotationStyle,
} from '@bookorbit/contracts';
import { CountPipe, Icon } from '../ui/index.ts';
import type { HighlightChoice } from './highlight-query.ts';
import { QUALITY_LABELS, SOURCE_LABELS, STYLE_LABELS, sayColorName } from './highlight-words.ts';

type Narrowing = Partial<HighlightChoice>;

interface Chip {
  readonly label: string;
  readonly without: Narrowing;
}

/** What highlights are narrowed by, each as a chip that takes it away, and the fields to choose more. */
@Component({
  selector: 'bo-highlight-filters',
  imports: [CountPipe, Icon],
  templateUrl: './highlight-filters.html',
  styleUrl: './highlight-filters.css',
})
export class HighlightFilters {
  readonly choice = input.required<HighlightChoice>();
  /** Undefined until they are here; what is chosen is shown all the same. */
  readonly facets = input<AnnotationFacets>();
  readonly narrowed = output<Narrowing>();

  protected readonly isOpen = signal(false);
  protected readonly qualities = ANNOTATION_QUALITIES.map((value) => ({ value, label: QUALITY_LABELS[value] }));
  protected readonly styles = ANNOTATION_STYLES.map((value) => ({ value, label: STYLE_LABELS[value] }));
  protected readonly colors = computed(() =>
    (this.facets()?.colors ?? []).map(({ name, count }) => ({ value: name, label: sayColorName(name), count })),
  );
  protected readonly sources = computed(() =>
    (this.facets()?.sources ?? []).map(({ source, count }) => ({ value: source, label: SOURCE_LABELS[source], count })),
  );
  protected readonly chips = computed((): readonly Chip[] => {
    const { bookId, color, style, deviceId, source, hasNote, quality, from, to } = this.choice();
    const chips: (Chip | false)[] = [
      bookId !== undefined && { label: this.bookTitle(bookId), without: { bookId: undefined } },
      color !== undefined && { label: sayColorName(color), without: { color: undefined } },
      style !== undefined && { label: STYLE_LABELS[style], without: { style: undefined } },
      deviceId !== undefined && { label: this.deviceName(deviceId), without: { deviceId: undefined } },
      source !== undefined && { label: SOURCE_LABELS[source], without: { source: undefined } },
      hasNote !== undefined && {
        label: hasNote ? $localize`With a note` : $localize`Without a note`,
        without: { hasNote: undefined },
      },
      quality !== undefined && { label: QUALITY_LABELS[quality], without: { quality: undefined } },
      from !== undefined && { label: $localize`From ${sayDay(from)}:day:`, without: { from: undefined } },
      to !== undefined && { label: $localize`Until ${sayDay(to)}:day:`, without: { to: undefined } },
    ];
    return chips.filter((chip) => chip !== false);
  });

  protected narrow(
    name: 'book' | 'color' | 'style' | 'device' | 'source' | 'note' | 'quality' | 'from' | 'to',
    value: string,
  ): void {
    const chosen = value === '' ? undefined : value;
    switch (name) {
      case 'book':
        return this.narrowed.emit({ bookId: chosen === undefined ? undefined : Number(chosen) });
      case 'color':
        return this.narrowed.emit({ color: chosen });
      case 'style':
        return this.narrowed.emit({ style: chosen as AnnotationStyle | undefined });
      case 'device':
        return this.narrowed.emit({ deviceId: chosen });
      case 'source':
        return this.narrowed.emit({ source: chosen as AnnotationDetail['source'] | undefined });
      case 'note':
        return this.narrowed.emit({ hasNote: chosen === undefined ? undefined : chosen === 'yes' });
      case 'quality':
        return this.narrowed.emit({ quality: chosen as AnnotationQuality | undefined });
      case 'from':
        return this.narrowed.emit({ from: chosen });
      case 'to':
        return this.narrowed.emit({ to: chosen });
    }
  }

  private bookTitle(bookId: number): string {
    return this.facets()?.books.find((book) => book.bookId === bookId)?.title ?? $localize`One book`;
  }

  private deviceName(deviceId: string): string {
    return this.facets()?.devices.find((device) => device.deviceId === deviceId)?.name ?? deviceId;
  }
}

function sayDay(day: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(day));
}
