import { createHash } from 'node:crypto';
import { LIMITS, type StockProgressPush } from '@bookorbit/contracts';
import { cutText } from '../device/index.ts';
import { isStorableText, Refusal } from '../http/index.ts';

/** A stock push, checked. */
export interface CheckedStockPush {
  /** As it came. */
  readonly document: string;
  readonly percentage: number;
  /** Byte for byte; a number as its decimal string. */
  readonly progress?: string;
  readonly device: string;
  readonly deviceId: string;
  readonly title?: string;
  readonly authors?: string;
  readonly filename?: string;
}

const MOST_DEVICE_ID = 255;

/**
 * Checks the body of `PUT syncs/progress` by the rules kosync clients expect.
 *
 * @param userId Makes the device id of a client that sends none.
 * @throws Refusal `document_missing` or `invalid_field`, 403 both.
 */
export function checkStockPush(body: unknown, userId: number): CheckedStockPush {
  const push = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly [K in keyof StockProgressPush]?: unknown;
  };
  const document = checkDocument(push.document);
  const percentage = checkPercentage(push.percentage);
  const progress = checkProgress(push.progress);
  const device = cutText(push.device, LIMITS.deviceModelLength) ?? '';
  const metadata = (typeof push.metadata === 'object' && push.metadata !== null ? push.metadata : {}) as Record<
    string,
    unknown
  >;
  return {
    document,
    percentage,
    progress,
    device,
    deviceId: checkDeviceId(push.device_id) ?? derivedDeviceId(userId, device),
    title: cutText(metadata['title'], LIMITS.titleLength) || undefined,
    authors: cutText(metadata['authors'], LIMITS.authorsLength) || undefined,
    filename: cutText(metadata['filename'], LIMITS.titleLength) || undefined,
  };
}

/** @throws Refusal */
export function checkDocument(value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new Refusal('document_missing', 'The document is missing; send its id as text.', { field: 'document' });
  }
  if (value.length > LIMITS.documentLength || !isStorableText(value)) {
    throw new Refusal(
      'invalid_field',
      `The document id must be plain text of at most ${LIMITS.documentLength} characters.`,
      { field: 'document' },
    );
  }
  return value;
}

/** @returns The id under which a document is looked up: fingerprints in lower case. */
export function documentKey(document: string): string {
  return /^[0-9a-f]{32}$/i.test(document) ? document.toLowerCase() : document;
}

function checkPercentage(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new Refusal('invalid_field', 'The percentage must be a number from 0 to 1.', { field: 'percentage' });
  }
  return value;
}

function checkProgress(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string' || text.length > LIMITS.positionLength || !isStorableText(text)) {
    throw new Refusal(
      'invalid_field',
      `The progress must be an xpointer or a page number of at most ${LIMITS.positionLength} characters.`,
      { field: 'progress' },
    );
  }
  return text;
}

function checkDeviceId(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > MOST_DEVICE_ID || !isStorableText(value)) {
    throw new Refusal('invalid_field', `The device_id must be plain text of at most ${MOST_DEVICE_ID} characters.`, {
      field: 'device_id',
    });
  }
  return value;
}

function derivedDeviceId(userId: number, device: string): string {
  return createHash('md5').update(`${userId}:${device}`).digest('hex').toUpperCase();
}
