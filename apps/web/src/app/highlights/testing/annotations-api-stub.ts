import type {
  AnnotationDetail,
  AnnotationList,
  AnnotationQuery,
  AnnotationsChange,
  FoundAnnotationsChange,
} from '@bookorbit/contracts';
import type { Failure } from '../../api/index.ts';
import type { HighlightChoice } from '../highlight-query.ts';

export const CHOICE: HighlightChoice = { sort: 'newest', kind: 'highlight', state: 'active' };

export const detail = (id: number, more: Partial<AnnotationDetail> = {}): AnnotationDetail => ({
  id,
  kind: 'highlight',
  bookId: 1,
  bookTitle: 'Emma',
  bookAuthors: [],
  fileId: 1,
  source: 'koreader',
  style: 'highlight',
  color: '#FACC15',
  colorName: 'yellow',
  text: `text ${id}`,
  positions: {},
  quality: 'exact',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  version: 1,
  ...more,
});

/** For specs: a server with annotations of falling ids; `after` is the last id seen. */
export class AnnotationsApiStub {
  there = Array.from({ length: 500 }, (_, n) => detail(500 - n));
  failure: Failure | undefined;
  readonly queries: AnnotationQuery[] = [];

  async list(query: AnnotationQuery): Promise<AnnotationList> {
    this.queries.push(query);
    const from = query.after === undefined ? 0 : this.there.findIndex(({ id }) => id < Number(query.after));
    const annotations = from === -1 ? [] : this.there.slice(from, from + (query.limit ?? 60));
    const last = annotations.at(-1);
    const hasMore = last !== undefined && last !== this.there.at(-1);
    return { annotations, total: this.there.length, offset: 0, ...(hasMore && { next: String(last.id) }) };
  }

  async listFacets() {
    return { total: 0, books: [], colors: [], devices: [], sources: [] };
  }

  async edit(id: number, change: object): Promise<AnnotationDetail> {
    if (this.failure) throw this.failure;
    return { ...detail(id), ...change, version: 2 };
  }

  /** What was changed, many at once, in order. */
  readonly changes: AnnotationsChange[] = [];
  readonly foundChanges: FoundAnnotationsChange[] = [];

  async changeFound(_query: AnnotationQuery, change: FoundAnnotationsChange) {
    if (this.failure) throw this.failure;
    this.foundChanges.push(change);
    const ids = this.there.map(({ id }) => id).filter((id) => !change.except?.includes(id));
    this.there = this.there.filter(({ id }) => !ids.includes(id));
    const back: AnnotationsChange[] = [{ action: 'restore', ids }];
    return { count: ids.length, undo: back };
  }

  async changeMany(change: AnnotationsChange) {
    const { ids, action } = change;
    if (this.failure) throw this.failure;
    this.changes.push(change);
    if (action === 'restore') this.there = [...this.there, ...ids.map((id) => detail(id))].sort((a, b) => b.id - a.id);
    if (action === 'trash') this.there = this.there.filter(({ id }) => !ids.includes(id));
    return { annotations: ids.map((id) => detail(id)) };
  }
}
