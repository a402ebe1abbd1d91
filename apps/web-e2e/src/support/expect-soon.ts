const SOON_MILLISECONDS = 10_000;
const LOOK_EVERY_MILLISECONDS = 50;

/** Expects what is read to become equal to `expected`: a page is drawn a moment after what changes it. */
export async function expectSoon(read: () => Promise<unknown>, expected: unknown): Promise<void> {
  const end = Date.now() + SOON_MILLISECONDS;
  while (JSON.stringify(await read()) !== JSON.stringify(expected) && Date.now() < end) {
    await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MILLISECONDS));
  }
  expect(await read()).toEqual(expected);
}
