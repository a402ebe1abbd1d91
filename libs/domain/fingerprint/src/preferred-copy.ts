/** A file among several copies of one book. */
export interface BookCopy {
  readonly bookFileId: number;
  readonly isPrimary: boolean;
  /** unix seconds when the user last read this very file */
  readonly lastReadAt?: number;
}

/** The copy the user read last, then the primary file, then the lowest id; undefined when there is none. */
export function preferredCopy<C extends BookCopy>(copies: readonly C[]): C | undefined {
  return copies.toSorted(byPreference)[0];
}

function byPreference(a: BookCopy, b: BookCopy): number {
  return (
    (b.lastReadAt ?? -1) - (a.lastReadAt ?? -1) ||
    Number(b.isPrimary) - Number(a.isPrimary) ||
    a.bookFileId - b.bookFileId
  );
}
