const SOON_MILLISECONDS = 20_000;
const LOOK_EVERY_MILLISECONDS = 50;

/** Expects what is read to become equal to `expected`: a page is drawn a moment after what changes it. */
export async function expectSoon(
  read: () => Promise<unknown>,
  expected: unknown,
  withinMilliseconds = SOON_MILLISECONDS,
): Promise<void> {
  const end = Date.now() + withinMilliseconds;
  let value = await read();
  while (JSON.stringify(value) !== JSON.stringify(expected) && Date.now() < end) {
    await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MILLISECONDS));
    value = await read();
  }
  // The value that was looked at: read once more, it might have changed again.
  expect(value).toEqual(expected);
}
