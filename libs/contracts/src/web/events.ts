import type { ScanProgress } from './libraries.ts';

/** GET /api/v1/events, server-sent events: what changed, so that open pages can follow. `data` is one of these as JSON. */
export type ServerEvent =
  | { readonly type: 'scan'; readonly scan: ScanProgress }
  | { readonly type: 'books'; readonly libraryId: number }
  | { readonly type: 'progress'; readonly bookId: number }
  | { readonly type: 'import'; readonly importId: number }
  | { readonly type: 'koreader' };
