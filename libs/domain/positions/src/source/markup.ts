/**
 * What a reader of markup hears, in document order. Offsets are UTF-16 offsets in the source, so that what two readers of the same
 * source heard can be brought together again.
 */
export interface MarkupSink {
  /** `<name`, at the offset of its `<`; `name` is the local name, without namespace prefix. */
  openTag(name: string, start: number): void;
  /** One attribute of the tag just opened: local name and the source range of its raw value. */
  attribute(name: string, valueStart: number, valueEnd: number): void;
  /** The end of the opening tag; `end` is the offset after `>`. */
  enterTag(end: number): void;
  /** `</name>`, or the end of an empty element tag; `end` is the offset after `>`. */
  closeTag(name: string, start: number, end: number): void;
  /** Text between two other events. Two texts in a row mean that a comment or a CDATA edge was in between. */
  text(start: number, end: number, isCdata: boolean): void;
}

export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const AMPERSAND = 0x26;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const LESS_THAN = 0x3c;
export const EQUALS = 0x3d;
export const GREATER_THAN = 0x3e;
export const QUESTION_MARK = 0x3f;

/** Space, TAB, LF and CR: what XML, HTML and crengine alike take for white space. */
export function isMarkupSpace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
}

/** Whether everything from `start` to `end` is white space of markup. */
export function isBlank(source: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isMarkupSpace(source.charCodeAt(at))) return false;
  return true;
}

export function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
