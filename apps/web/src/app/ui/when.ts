import { Component, Injectable, computed, inject, input, signal } from '@angular/core';

const MINUTE_MILLISECONDS = 60_000;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['minute', 60],
  ['hour', 24],
  ['day', 7],
];

/** The time now, to the minute, as a signal. */
@Injectable({ providedIn: 'root' })
export class Clock {
  readonly now = signal(Date.now());

  constructor() {
    setInterval(() => this.now.set(Date.now()), MINUTE_MILLISECONDS);
  }
}

/** How long before `now` a time was, in the reader's language; a date once it is a week ago. Both in milliseconds. */
export function sayWhen(time: number, now: number): string {
  let ago = Math.max(0, Math.floor((now - time) / MINUTE_MILLISECONDS));
  if (ago === 0) return $localize`just now`;
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  for (const [unit, perNext] of STEPS) {
    if (ago < perNext) return words.format(-ago, unit);
    ago = Math.floor(ago / perNext);
  }
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(time);
}

/** A time as a person says it, with the exact one on hover. */
@Component({
  selector: 'bo-when',
  template: `<time [attr.datetime]="time()" [title]="exact()">{{ words() }}</time>`,
})
export class When {
  /** ISO 8601. */
  readonly time = input.required<string>();
  private readonly clock = inject(Clock);
  protected readonly words = computed(() => sayWhen(Date.parse(this.time()), this.clock.now()));
  protected readonly exact = computed(() =>
    new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' }).format(Date.parse(this.time())),
  );
}
