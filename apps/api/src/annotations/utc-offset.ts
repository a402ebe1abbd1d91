/** @returns Minutes a time zone is ahead of UTC at an instant; 0 for a zone nobody knows. */
export function utcOffsetMinutes(timeZone: string, at: Date): number {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
    const offset = Number(hours) * 60 + Number(minutes);
    return sign === '-' ? -offset : offset;
  } catch {
    return 0;
  }
}
