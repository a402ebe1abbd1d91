import type { Trouble } from './courier.ts';
import { Random } from './random.ts';

/** What may happen, and how likely each is. */
const DEEDS = {
  sync: 34,
  makeNote: 12,
  editNote: 7,
  recolorNote: 5,
  moveNote: 3,
  deleteNote: 6,
  dogEar: 5,
  failPlaces: 2,
  read: 14,
  rate: 3,
  review: 3,
  setStatus: 3,
  jumpClock: 2,
  changeZone: 2,
  wipe: 1,
  backUp: 2,
  restore: 1,
  clone: 1,
  mergeStatistics: 2,
  upgradeDocument: 1,
  arrive: 6,
  webNote: 4,
  webEdit: 4,
  webDelete: 3,
  webRestore: 2,
  webState: 4,
  webDogEar: 1,
  startOver: 1,
  stepBack: 1,
  logByHand: 2,
  changeTimeZone: 1,
  decideHeld: 2,
  webRetry: 1,
  koboRead: 4,
  koboNote: 2,
  koboEdit: 1,
  koboDelete: 1,
  forget: 2,
} as const;
export type Deed = keyof typeof DEEDS;

const TROUBLES = { none: 60, answerLost: 10, requestLost: 6, repeated: 8, late: 8, crash: 8 } as const satisfies Record<
  Trouble,
  number
>;

/** One thing that happens. The numbers choose among what there is then, so that a schedule still means something with parts of it left out. */
export interface Action {
  /** Seconds that go by before it. */
  readonly wait: number;
  /** Which device. */
  readonly who: number;
  readonly deed: Deed;
  /** Which note, page, word. */
  readonly which: number;
  readonly trouble: Trouble;
  /** The request of the conversation that meets the trouble. */
  readonly at: number;
}

/** A person, their devices, and what happens to them. */
export interface Schedule {
  readonly seed: number;
  readonly timeZone: string;
  readonly startsAt: number;
  readonly actions: readonly Action[];
}

/** Days on which something is the matter: clocks go back or forth, a month or a year ends. */
const DAYS = ['2026-10-24', '2026-10-31', '2026-03-28', '2026-12-31', '2027-02-28', '2026-11-18', '2026-07-01'];
const TIME_ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];

/** @returns The schedule of a seed, always the same. */
export function scheduleOf(seed: number): Schedule {
  const random = new Random(seed);
  const startsAt = Date.parse(`${random.pick(DAYS)}T00:00:00Z`) / 1000 + random.between(0, 86_400);
  const timeZone = random.pick(TIME_ZONES);
  const length = random.between(8, 60);
  return { seed, timeZone, startsAt, actions: Array.from({ length }, () => actionOf(random)) };
}

function actionOf(random: Random): Action {
  return {
    wait: waitOf(random),
    who: random.between(0, 6),
    deed: random.weighted(DEEDS),
    which: random.between(0, 9999),
    trouble: random.weighted(TROUBLES),
    at: random.between(0, 3),
  };
}

/** Mostly moments; sometimes an evening or a night goes by. */
function waitOf(random: Random): number {
  const length = random.share();
  if (length < 0.7) return random.between(5, 240);
  return length < 0.93 ? random.between(240, 4500) : random.between(4500, 60_000);
}

/** @returns One line of a printed schedule. */
export function describeAction({ wait, who, deed, which, trouble, at }: Action): string {
  const meets = deed === 'sync' && trouble !== 'none' ? `, request ${at + 1} ${trouble}` : '';
  return `after ${wait} s: device ${who} ${deed} (${which})${meets}`;
}
