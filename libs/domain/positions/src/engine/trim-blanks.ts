const TAB = 0x09;
const BLANK = 0x20;

/**
 * What an attribute of a package says to crengine, which takes blanks and TABs from around it, and no other white space. Step by step: a pattern
 * for blanks at an end costs the square of a long run of them that is not there.
 */
export function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB;
}
