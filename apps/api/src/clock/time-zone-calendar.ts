import type { Calendar } from '@bookorbit/domain-reading-sessions';

const DAY_SECONDS = 86_400;
const calendars = new Map<string, Calendar>();

/** @returns The calendar of an IANA time zone; of UTC for a zone nobody knows. */
export function calendarOf(timeZone: string): Calendar {
  const known = calendars.get(timeZone);
  if (known) return known;
  const calendar = makeCalendar(timeZone);
  calendars.set(timeZone, calendar);
  return calendar;
}

/** @returns Whether it is an IANA time zone this server knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-CA', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** @returns The last second of a day, `YYYY-MM-DD`, unix seconds. */
export function endOfDay(calendar: Calendar, day: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`) / 1000;
  // Noon of UTC lies in the same day but for the easternmost zones.
  const inside = [noon, noon - DAY_SECONDS / 2].find((time) => calendar.dayOf(time).day === day) ?? noon;
  return calendar.dayOf(inside).endTime - 1;
}

function makeCalendar(timeZone: string): Calendar {
  const format = dayFormat(timeZone);
  const dayAt = (time: number) => format.format(time * 1000);
  let last: { from: number; day: string; endTime: number } | undefined;
  return {
    dayOf(time) {
      if (last && time >= last.from && time < last.endTime) return last;
      const day = dayAt(time);
      last = { from: time, day, endTime: nextDayFrom(time, day, dayAt) };
      return last;
    },
  };
}

/** Days have 23 to 25 hours where clocks change; the first second of another day is found by halving. */
function nextDayFrom(time: number, day: string, dayAt: (time: number) => string): number {
  let inside = time;
  let outside = time + DAY_SECONDS + 2 * 3600;
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (dayAt(middle) === day) inside = middle;
    else outside = middle;
  }
  return outside;
}

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  const fields = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone, ...fields });
  } catch {
    return new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', ...fields });
  }
}
