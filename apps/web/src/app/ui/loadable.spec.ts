import { Loadable } from './loadable.ts';

interface Read<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** A loadable whose reads are answered by hand, in any order. */
function byHand<T>(): { loadable: Loadable<T>; reads: Read<T>[] } {
  const reads: Read<T>[] = [];
  return { reads, loadable: new Loadable<T>(() => new Promise((resolve, reject) => reads.push({ resolve, reject }))) };
}

describe('Loadable', () => {
  it('is loading, then ready', async () => {
    const { loadable, reads } = byHand<string>();
    const loading = loadable.load();
    expect(loadable.state().kind).toBe('loading');
    reads[0]?.resolve('here');
    await loading;
    expect(loadable.state()).toEqual({ kind: 'ready', value: 'here' });
  });

  it('shows the latest of several reads, whichever is answered last', async () => {
    const { loadable, reads } = byHand<string>();
    const both = [loadable.refresh(), loadable.refresh()];
    reads[1]?.resolve('new');
    reads[0]?.resolve('old');
    await Promise.all(both);
    expect(loadable.value()).toBe('new');
  });

  it('keeps what it shows when reading it anew fails', async () => {
    const { loadable, reads } = byHand<string>();
    const first = loadable.load();
    reads[0]?.resolve('here');
    await first;
    const second = loadable.refresh();
    reads[1]?.reject(new Error('away'));
    await second;
    expect(loadable.value()).toBe('here');
  });

  it('fails when there is nothing to show', async () => {
    const { loadable, reads } = byHand<string>();
    const loading = loadable.load();
    reads[0]?.reject(new Error('away'));
    await loading;
    expect(loadable.state().kind).toBe('failed');
  });

  it('shows the answer before while something else is asked, marked as such, and gives it up when that fails', async () => {
    const { loadable, reads } = byHand<string>();
    const first = loadable.load();
    reads[0]?.resolve('of 2025');
    await first;
    const second = loadable.ask();
    expect([loadable.value(), loadable.isOutdated()]).toEqual(['of 2025', true]);
    reads[1]?.resolve('of 2026');
    await second;
    expect([loadable.value(), loadable.isOutdated()]).toEqual(['of 2026', false]);
    const third = loadable.ask();
    // An event reads anew meanwhile: it is the same question still.
    const again = loadable.refresh();
    reads[3]?.reject(new Error('away'));
    await Promise.all([again, reads[2]?.resolve('late'), third]);
    expect([loadable.state().kind, loadable.isOutdated()]).toEqual(['failed', false]);
    const fourth = loadable.ask();
    expect(loadable.state().kind).toBe('loading');
    reads[4]?.resolve('of 2025');
    await fourth;
    expect(loadable.value()).toBe('of 2025');
  });

  describe('being edited', () => {
    async function shownAt(value: string) {
      const made = byHand<string>();
      const loading = made.loadable.load();
      made.reads[0]?.resolve(value);
      await loading;
      return made;
    }

    it('shows a change before the server has answered, and then what the server made of it', async () => {
      const { loadable, reads } = await shownAt('old');
      const sending = loadable.edit(
        () => 'new',
        async () => undefined,
      );
      expect(loadable.value()).toBe('new');
      await Promise.resolve();
      reads[1]?.resolve('New.');
      await sending;
      expect(loadable.value()).toBe('New.');
    });

    it('goes back when the server does not follow, says why, and leaves other changes alone', async () => {
      const { loadable } = await shownAt('a');
      const refused = loadable.edit(
        (value) => value.toUpperCase(),
        () => Promise.reject(new Error('away')),
      );
      void loadable.edit(
        (value) => `${value}!`,
        () => new Promise(() => undefined),
      );
      expect(loadable.value()).toBe('A!');
      await expect(refused).rejects.toThrow('away');
      expect(loadable.value()).toBe('a!');
    });

    it('does not flicker when an answer that does not know of the change arrives after it', async () => {
      const { loadable, reads } = await shownAt('old');
      const reading = loadable.refresh();
      let save: () => void = () => undefined;
      const sending = loadable.edit(
        () => 'new',
        () => new Promise<void>((resolve) => (save = resolve)),
      );
      reads[1]?.resolve('old');
      await reading;
      expect(loadable.value()).toBe('new');
      save();
      await Promise.resolve();
      await Promise.resolve();
      reads[2]?.resolve('newest');
      await sending;
      expect(loadable.value()).toBe('newest');
    });
  });
});
