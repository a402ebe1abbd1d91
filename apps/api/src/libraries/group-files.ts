import { primaryLanguage } from './fold-text.ts';

/** What decides which book a file belongs to. */
export interface Groupable {
  readonly libraryId: number;
  readonly folderId: number;
  readonly stemKey: string;
  readonly groupKey: string | null;
  readonly language: string | null;
  readonly seriesIndex: number | null;
}

/** A book that already is, as far as grouping looks at it. */
export interface GroupedBook {
  readonly bookId: number;
  readonly libraryId: number;
  readonly groupKey: string;
  readonly language: string | null;
  readonly seriesIndex: number | null;
}

/** Files lying beside each other under one stem. */
export interface StemOfBook {
  readonly bookId: number;
  readonly folderId: number;
  readonly stemKey: string;
}

/** The books a file can join, kept up as files join and new books are made. */
export class JoinableBooks {
  private readonly stems = new Map<string, number>();
  private readonly groups = new Map<string, GroupedBook[]>();

  constructor(stems: readonly StemOfBook[], groups: readonly GroupedBook[]) {
    for (const stem of stems) this.addStem(stem);
    for (const group of groups) this.addGroup(group);
  }

  /**
   * The book a file belongs to: that of a file beside it which differs in its ending only, else one of the same title and authors,
   * in the same language and at the same place of its series as far as both say so. Undefined when it is a book of its own.
   */
  bookOf(file: Groupable, exceptBookId?: number): number | undefined {
    const beside = this.stems.get(stemId(file));
    if (beside !== undefined && beside !== exceptBookId) return beside;
    if (file.groupKey === null) return undefined;
    const candidates = this.groups.get(groupId(file.libraryId, file.groupKey)) ?? [];
    const fitting = candidates.filter((book) => book.bookId !== exceptBookId && isCompatible(book, file));
    return (fitting.find((book) => hasSameLanguage(book, file)) ?? fitting[0])?.bookId;
  }

  /** From now on files like this one belong to this book, too. */
  add(bookId: number, file: Groupable): void {
    this.addStem({ bookId, folderId: file.folderId, stemKey: file.stemKey });
    if (file.groupKey !== null) this.addGroup({ ...file, bookId, groupKey: file.groupKey });
  }

  private addStem(stem: StemOfBook): void {
    const id = stemId(stem);
    if (!this.stems.has(id)) this.stems.set(id, stem.bookId);
  }

  private addGroup(book: GroupedBook): void {
    const id = groupId(book.libraryId, book.groupKey);
    this.groups.set(id, [...(this.groups.get(id) ?? []), book]);
  }
}

function stemId({ folderId, stemKey }: Pick<StemOfBook, 'folderId' | 'stemKey'>): string {
  return `${folderId} ${stemKey}`;
}

function groupId(libraryId: number, groupKey: string): string {
  return `${libraryId} ${groupKey}`;
}

function isCompatible(book: GroupedBook, file: Groupable): boolean {
  const [a, b] = [primaryLanguage(book.language), primaryLanguage(file.language)];
  const isSameLanguage = a === undefined || b === undefined || a === b;
  const isSameVolume = book.seriesIndex === null || file.seriesIndex === null || book.seriesIndex === file.seriesIndex;
  return isSameLanguage && isSameVolume;
}

function hasSameLanguage(book: GroupedBook, file: Groupable): boolean {
  return primaryLanguage(book.language) === primaryLanguage(file.language);
}
