import type { Locator } from 'playwright-core';

/** Drops files and folders of this machine on something, as a file manager does: the browser reads them from the disk itself. */
export async function dropOn(target: Locator, paths: readonly string[]): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error('What files are to be dropped on is not there.');
  const devtools = await target.page().context().newCDPSession(target.page());
  const at = {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    data: { items: [], files: [...paths], dragOperationsMask: 1 },
  };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, ...at });
  }
  await devtools.detach();
}
