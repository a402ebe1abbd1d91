/** Where this browser is, as an IANA name. */
export function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Every time zone there is, with `own` among them whatever this browser calls it. */
export function timeZonesWith(own: string): readonly string[] {
  return [...new Set(['UTC', browserTimeZone(), own, ...Intl.supportedValuesOf('timeZone')])].sort();
}
