import { createHash } from 'node:crypto';
import { Client } from 'pg';

/** Texts met so often are worth keeping prepared; whatever is asked once in a while is not. */
const PREPARED_AFTER = 5;
/** Texts counted at most, so that statements put together at run time cannot grow without end. */
const MOST_TEXTS = 500;

const usesByText = new Map<string, number>();
const namesByText = new Map<string, string>();

/**
 * A connection that keeps often used statements prepared. Postgres otherwise parses and plans every one of them anew, which for
 * our longer ones costs more than to run them. Statements without values are sent as they come.
 */
export class PreparingClient extends Client {
  // Stands for the dozen forms of pg's own query(), and answers as they do: only text with values is changed on its way.
  override query(...parameters: unknown[]): never {
    const [text, values, ...others] = parameters;
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    return super.query(
      ...((name === undefined ? parameters : [{ name, text, values }, ...others]) as [string]),
    ) as never;
  }
}

/** @returns The name under which a text is prepared, the same on every connection; nothing as long as it is rare. */
function nameOf(text: string): string | undefined {
  const known = namesByText.get(text);
  if (known !== undefined) return known;
  const uses = (usesByText.get(text) ?? 0) + 1;
  if (uses === 1 && usesByText.size >= MOST_TEXTS) return undefined;
  usesByText.set(text, uses);
  if (uses <= PREPARED_AFTER) return undefined;
  const name = createHash('sha256').update(text).digest('base64url');
  namesByText.set(text, name);
  return name;
}
