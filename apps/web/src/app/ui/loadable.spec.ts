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
});
