import { Loadable } from '../ui/index.ts';
import { optimistically } from './optimistic.ts';

async function shownAt(value: number): Promise<{ shown: Loadable<number>; kept: { value: number } }> {
  const kept = { value };
  const shown = new Loadable(async () => kept.value);
  await shown.load();
  return { shown, kept };
}

it('shows a change before the server has answered, and then what the server made of it', async () => {
  const { shown, kept } = await shownAt(1);
  const sending = optimistically(
    shown,
    () => 2,
    async () => (kept.value = 20),
  );
  expect(shown.value()).toBe(2);
  await sending;
  expect(shown.value()).toBe(20);
});

it('goes back when the server does not follow, and says why', async () => {
  const { shown } = await shownAt(1);
  const sending = optimistically(
    shown,
    () => 2,
    () => Promise.reject(new Error('away')),
  );
  await expect(sending).rejects.toThrow('away');
  expect(shown.value()).toBe(1);
});
