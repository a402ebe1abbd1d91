import type { DeviceEnvelope, DocumentHints, ServerEnvelope } from './envelope.ts';

/** PUT syncs/progress, KOReader's own progress sync. */
export interface StockProgressPush {
  /** Usually a fingerprint or the md5 of the file name; any text up to 255 characters. */
  readonly document: string;
  /** 0–1. */
  readonly percentage: number;
  /** An xpointer, or a page number for paged documents. */
  readonly progress?: string | number;
  readonly device?: string;
  readonly device_id?: string;
  /** Ignored: a stock push counts as read when it arrives. */
  readonly timestamp?: number;
  readonly metadata?: { readonly title?: string; readonly authors?: string; readonly filename?: string };
}

export interface StockProgressPushAnswer {
  readonly document: string;
  /** The server's clock, unix seconds. */
  readonly timestamp: number;
}

/** GET syncs/progress/:document; `{}` when nothing is known. */
export interface StockProgressAnswer {
  readonly document: string;
  readonly percentage: number;
  readonly progress: string;
  readonly device: string;
  readonly device_id: string;
  /** When it was read, unix seconds. */
  readonly timestamp: number;
}

/** POST plugin/progress. */
export interface ProgressPush extends DeviceEnvelope {
  /** At most 100. */
  readonly items: readonly ProgressItem[];
}

export interface ProgressItem extends DocumentHints {
  readonly hash: string;
  /** 0–1. */
  readonly percentage: number;
  readonly progress?: string;
  /** When it was read, by the device's clock, unix seconds. */
  readonly timestamp?: number;
}

export interface ProgressPushAnswer extends ServerEnvelope {
  readonly results: readonly { readonly hash: string; readonly accepted: boolean }[];
  readonly unmatched: readonly string[];
  /** Items left out, to clients that speak `protocol`. */
  readonly rejected?: readonly RejectedItem[];
}

/** One item that could not be used: where it stood in the request, and why. */
export interface RejectedItem {
  readonly path: string;
  readonly reason: string;
}

/** The name and id under which places from the web reader reach a stock client, which ignores answers that bear its own. */
export const WEB_READER_DEVICE = { name: 'BookOrbit web', id: 'bookorbit-web' } as const;
export const KOBO_DEVICE = { name: 'Kobo', id: 'bookorbit-kobo' } as const;
