import type { CfiStep } from '../cfi.ts';
import { fragmentsOf, pathOfItem, spineIndexOfPath, spineIndexOfStep } from '../spine.ts';
import type { BookSpine } from '../spine.ts';
import type { DocumentAddress } from './document-pointers.ts';
import type { Pointer } from './pointer.ts';

/** Which document of a book a pointer means, and how each dialect addresses a document. */
export class BookAddresses {
  private readonly spine: BookSpine;
  /** Spine indexes by fragment number - 1, and fragment numbers by spine index. */
  private readonly fragments: readonly number[];
  private readonly fragmentNumbers: ReadonlyMap<number, number>;

  /** `unreadable`: spine indexes of documents crengine cannot read, which old versions do not number. */
  constructor(spine: BookSpine, domVersion: number, unreadable: ReadonlySet<number>) {
    this.spine = spine;
    this.fragments = fragmentsOf(spine, domVersion, unreadable);
    this.fragmentNumbers = new Map(this.fragments.map((spineIndex, index) => [spineIndex, index + 1]));
  }

  /** Whether crengine has a fragment for a spine item. */
  hasFragment(spineIndex: number): boolean {
    return this.fragmentNumbers.has(spineIndex);
  }

  /** Spine index of the document a pointer is into; undefined when the book has no such part. */
  spineIndexOf(pointer: Pointer): number | undefined {
    switch (pointer.dialect) {
      case 'xpointer':
        return this.fragments[(pointer.xpointer.fragment ?? 1) - 1];
      case 'cfi': {
        const step = pointer.path.parts[0]?.[1];
        if (step === undefined || pointer.path.parts.length < 2) return undefined;
        return spineIndexOfStep(this.spine, step.index, step.id);
      }
      case 'kobospan':
        return spineIndexOfPath(this.spine, pointer.span.source);
    }
  }

  addressOf(spineIndex: number): DocumentAddress {
    const { spine } = this;
    const item = spine.items[spineIndex];
    const itemref: CfiStep = { index: (item?.itemrefPosition ?? spineIndex + 1) * 2, ...idOf(item?.itemrefId) };
    return {
      fragment: this.fragmentNumbers.get(spineIndex),
      isOnlyFragment: this.fragments.length === 1,
      itemrefSteps: [{ index: spine.spineStep }, itemref],
      path: item === undefined ? '' : pathOfItem(spine, item),
    };
  }
}

function idOf(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
