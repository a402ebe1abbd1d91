/** A file among several copies of one book. */
export interface BookCopy {
  readonly bookFileId: number;
  readonly isPrimary: boolean;
  /** the document was taken for this copy before: what devices know of it is there */
  readonly isRemembered?: boolean;
  /** unix seconds when the user last read this very file */
  readonly lastReadAt?: number;
}

/** The copy it was taken for before, then the one the user read last, then the primary file, then the lowest id; undefined when there is none. */
export function preferredCopy<C extends BookCopy>(copies: readonly C[]): C | undefined {
  return copies.toSorted(byPreference)[0];
}

function byPreference(a: BookCopy, b: BookCopy): number {
  return (
    Number(b.isRemembered ?? false) - Number(a.isRemembered ?? false) ||
    (b.lastReadAt ?? -1) - (a.lastReadAt ?? -1) ||
    Number(b.isPrimary) - Number(a.isPrimary) ||
    a.bookFileId - b.bookFileId
  );
}
