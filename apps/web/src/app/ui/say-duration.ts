const MINUTE_SECONDS = 60;
const HOUR_MINUTES = 60;

/** How long something took, in the reader's language: "1 hr, 5 min"; what took less than a minute took one, and nothing takes none. */
export function sayDuration(seconds: number): string {
  const minutes = seconds <= 0 ? 0 : Math.max(1, Math.round(seconds / MINUTE_SECONDS));
  const parts: (readonly [number, 'hour' | 'minute'])[] = [
    [Math.floor(minutes / HOUR_MINUTES), 'hour'],
    [minutes % HOUR_MINUTES, 'minute'],
  ];
  const shown = parts.filter(([count]) => count > 0);
  const said = (shown.length > 0 ? shown : [parts[1] ?? [0, 'minute' as const]]).map(([count, unit]) =>
    new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'short' }).format(count),
  );
  return new Intl.ListFormat(undefined, { type: 'unit', style: 'short' }).format(said);
}
