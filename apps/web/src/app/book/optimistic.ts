import type { Loadable } from '../ui/index.ts';

/**
 * Shows a change at once and tells the server; if the server does not follow, shows what was there before.
 *
 * @throws What kept the server from following.
 */
export async function optimistically<T>(
  shown: Loadable<T>,
  changed: (value: T) => T,
  send: () => Promise<unknown>,
): Promise<void> {
  const before = shown.value();
  shown.change(changed);
  try {
    await send();
  } catch (thrown) {
    if (before !== undefined) shown.change(() => before);
    throw thrown;
  }
  // What else follows from it only the server knows.
  await shown.refresh();
}
