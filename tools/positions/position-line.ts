import type { TranslationRequest } from '@bookorbit/domain-positions';

/** What one line of input asks for. */
export type PositionLine = Omit<TranslationRequest, 'from' | 'to'>;

/** Reads one line of input, undefined for one too long; a string says what is wrong with it. */
export function readPositionLine(line: string | undefined): PositionLine | string {
  if (line === undefined) return 'the line is too long';
  // Some programs mark what they write as UTF-8.
  const json = line.replace(/^\ufeff/, '');
  if (json.trim() === '') return 'the line is empty';
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const fields = new Map(Object.entries(value));
  for (const name of ['start', 'end', 'text', 'prefix', 'suffix']) {
    const field: unknown = fields.get(name);
    if (field === null) fields.delete(name);
    else if (field !== undefined && typeof field !== 'string') return `${name} is not a string`;
  }
  const text = (name: string): string | undefined => {
    const field: unknown = fields.get(name);
    return typeof field === 'string' ? field : undefined;
  };
  const start = text('start');
  if (start === undefined) return 'start is missing';
  return { start, end: text('end'), text: text('text'), prefix: text('prefix'), suffix: text('suffix') };
}
