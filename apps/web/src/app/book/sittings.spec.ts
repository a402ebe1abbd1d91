import type { ReadingLogEntry } from '@bookorbit/contracts';
import { drawSittings } from './sittings.ts';

const sitting = (id: number, startedAt: string, more: Partial<ReadingLogEntry> = {}): ReadingLogEntry => ({
  id,
  bookId: 1,
  bookFileId: 1,
  title: 'Dracula',
  source: 'koreader',
  startedAt,
  endedAt: startedAt,
  seconds: 60,
  pages: 1,
  ...more,
});

it('draws sittings from the oldest to the newest, each where in the book it was', () => {
  const drawn = drawSittings([
    sitting(3, '2026-11-03T20:00:00Z', { from: 0.5, until: 0.6 }),
    sitting(2, '2026-11-02T20:00:00Z'),
    sitting(1, '2026-11-01T20:00:00Z', { from: 0.1, until: 0.5 }),
  ]);
  expect(drawn).toEqual([
    { id: 3, at: 1, from: 0.5, until: 0.6, isPlaceless: false },
    { id: 2, at: 0.5, from: 0, until: 0, isPlaceless: true },
    { id: 1, at: 0, from: 0.1, until: 0.5, isPlaceless: false },
  ]);
});

it('puts a single sitting in the middle, and draws nothing of nothing', () => {
  expect(drawSittings([sitting(1, '2026-11-01T20:00:00Z')])).toMatchObject([{ at: 0.5 }]);
  expect(drawSittings([])).toEqual([]);
});
