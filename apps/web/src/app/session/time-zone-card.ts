import { Component, computed, inject } from '@angular/core';
import { ReadingApi } from '../api/index.ts';
import { FailureNote, Loadable, Notices, browserTimeZone, timeZonesWith } from '../ui/index.ts';

/** Where somebody's days end. It shows at once, and goes back if the server does not follow. */
@Component({
  selector: 'bo-time-zone-card',
  imports: [FailureNote],
  template: `
    <section class="bo-card bo-stack" id="time-zone" aria-labelledby="time-zone-heading">
      <div>
        <h2 id="time-zone-heading" i18n>Time zone</h2>
        <p class="bo-soft bo-prose" i18n>
          Your days end at its midnight: in statistics and streaks, and in files you import. What was read before is
          counted anew.
        </p>
      </div>
      @let state = zone.state();
      @switch (state.kind) {
        @case ('loading') {
          <div class="bo-skeleton" style="height: 3rem" aria-hidden="true"></div>
        }
        @case ('failed') {
          <bo-failure-note [failure]="state.failure" [canRetry]="true" (retry)="zone.load()" />
        }
        @case ('ready') {
          <div class="bo-row">
            <select #name class="bo-select" aria-labelledby="time-zone-heading" (change)="use(name.value)">
              @for (one of names(); track one) {
                <option [value]="one" [selected]="one === state.value.timeZone">{{ one }}</option>
              }
            </select>
            @if (state.value.timeZone !== here) {
              <button type="button" class="bo-button" (click)="use(here)" i18n>Use {{ here }}, as here</button>
            }
          </div>
        }
      }
    </section>
  `,
  styles: `
    select {
      max-width: 100%;
    }
  `,
})
export class TimeZoneCard {
  private readonly api = inject(ReadingApi);
  private readonly notices = inject(Notices);
  protected readonly zone = new Loadable(() => this.api.readTimeZone());
  protected readonly here = browserTimeZone();
  protected readonly names = computed(() => timeZonesWith(this.zone.value()?.timeZone ?? 'UTC'));

  constructor() {
    void this.zone.load();
  }

  protected async use(timeZone: string): Promise<void> {
    try {
      await this.zone.edit(
        () => ({ timeZone }),
        () => this.api.changeTimeZone(timeZone),
      );
      this.notices.say($localize`Your days end at midnight in ${timeZone}:zone: now.`);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
