import { computed, signal } from '@angular/core';
import { type Failure, failureFrom } from '../api/index.ts';

/** One of the states a page designs for; whether a value is empty is the page's to see. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'ready'; readonly value: T };

/** What somebody changed here and the server may not know yet. */
interface Edit<T> {
  readonly changed: (value: T) => T;
  isSaved: boolean;
}

/** A value that comes from the server and can be read anew; of several reads at once the latest counts. */
export class Loadable<T> {
  private readonly read: () => Promise<T>;
  private readonly answer = signal<Loaded<T>>({ kind: 'loading' });
  private readonly edits = signal<readonly Edit<T>[]>([]);
  private latest = 0;
  private readonly outdated = signal(false);

  /** Something else is being asked: what is shown answers the question before. */
  readonly isOutdated = this.outdated.asReadonly();
  readonly state = computed<Loaded<T>>(() => {
    const answer = this.answer();
    if (answer.kind !== 'ready') return answer;
    return { kind: 'ready', value: this.edits().reduce((value, { changed }) => changed(value), answer.value) };
  });
  readonly value = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? state.value : undefined;
  });

  constructor(read: () => Promise<T>) {
    this.read = read;
  }

  /** Forgets what was there and reads. */
  load(): Promise<void> {
    this.outdated.set(false);
    this.answer.set({ kind: 'loading' });
    return this.refresh();
  }

  /** Asks something else: what is shown stays until the answer or the failure is here, and is out of date until then. */
  ask(): Promise<void> {
    if (this.answer().kind !== 'ready') return this.load();
    this.outdated.set(true);
    return this.refresh();
  }

  /** Reads again behind what is shown; if that fails, what is shown stays. */
  async refresh(): Promise<void> {
    const own = ++this.latest;
    const saved = this.edits().filter(({ isSaved }) => isSaved);
    try {
      const value = await this.read();
      if (own !== this.latest) return;
      this.outdated.set(false);
      this.answer.set({ kind: 'ready', value });
      this.edits.update((edits) => edits.filter((edit) => !saved.includes(edit)));
    } catch (thrown) {
      if (own !== this.latest || (this.answer().kind === 'ready' && !this.outdated())) return;
      this.outdated.set(false);
      this.answer.set({ kind: 'failed', failure: failureFrom(thrown) });
    }
  }

  /** Changes the value that is shown, if one is, without asking the server. */
  change(changed: (value: T) => T): void {
    const state = this.answer();
    if (state.kind === 'ready') this.answer.set({ kind: 'ready', value: changed(state.value) });
  }

  /**
   * Shows a change at once and tells the server; if the server does not follow, the change is gone again. What is read meanwhile may not know
   * of the change yet, so it is laid over that too, until an answer to a later question is here.
   *
   * @param changed Sets what it changes rather than counting on, as it may be applied to a value that has the change already.
   * @throws What kept the server from following.
   */
  async edit(changed: (value: T) => T, send: () => Promise<unknown>): Promise<void> {
    const edit: Edit<T> = { changed, isSaved: false };
    this.edits.update((edits) => [...edits, edit]);
    try {
      await send();
    } catch (thrown) {
      this.edits.update((edits) => edits.filter((one) => one !== edit));
      throw thrown;
    }
    edit.isSaved = true;
    // What else follows from it only the server knows.
    await this.refresh();
  }
}
