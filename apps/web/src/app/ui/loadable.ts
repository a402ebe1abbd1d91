import { computed, signal } from '@angular/core';
import { type Failure, failureFrom } from '../api/index.ts';

/** One of the states a page designs for; whether a value is empty is the page's to see. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'ready'; readonly value: T };

/** A value that comes from the server and can be read anew; of several reads at once the latest counts. */
export class Loadable<T> {
  readonly state = signal<Loaded<T>>({ kind: 'loading' });
  readonly value = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? state.value : undefined;
  });
  private readonly read: () => Promise<T>;
  private latest = 0;

  constructor(read: () => Promise<T>) {
    this.read = read;
  }

  /** Forgets what was there and reads. */
  load(): Promise<void> {
    this.state.set({ kind: 'loading' });
    return this.refresh();
  }

  /** Reads again behind what is shown; if that fails, what is shown stays. */
  async refresh(): Promise<void> {
    const own = ++this.latest;
    try {
      const value = await this.read();
      if (own === this.latest) this.state.set({ kind: 'ready', value });
    } catch (thrown) {
      if (own === this.latest && this.state().kind !== 'ready') {
        this.state.set({ kind: 'failed', failure: failureFrom(thrown) });
      }
    }
  }

  /** Changes the value that is shown, if one is, without asking the server. */
  change(changed: (value: T) => T): void {
    const state = this.state();
    if (state.kind === 'ready') this.state.set({ kind: 'ready', value: changed(state.value) });
  }
}
