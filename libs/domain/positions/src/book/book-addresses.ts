import type { CfiStep } from '../cfi.ts';
import { fragmentsOf, pathOfItem, spineIndexOfPath, spineIndexOfStep } from '../spine.ts';
import type { BookSpine } from '../spine.ts';
import { dialectOf } from '../xpointer.ts';
import type { Xpointer } from '../xpointer.ts';
import type { DocumentAddress } from './document-pointers.ts';
import type { Pointer } from './pointer.ts';

/** Which document of a book a pointer means, and how each dialect addresses a document. */
export class BookAddresses {
  private readonly spine: BookSpine;
  /** Spine indexes by fragment number - 1, and fragment numbers by spine index. */
  private readonly fragments: readonly number[];
  private readonly fragmentNumbers: ReadonlyMap<number, number>;
  private readonly isNumbered: boolean;

  /** `unreadable`: spine indexes of documents crengine cannot read, which old versions do not number. */
  constructor(spine: BookSpine, domVersion: number, unreadable: ReadonlySet<number>) {
    this.spine = spine;
    this.fragments = fragmentsOf(spine, domVersion, unreadable);
    this.fragmentNumbers = new Map(this.fragments.map((spineIndex, index) => [spineIndex, index + 1]));
    this.isNumbered = this.fragments.length > 1 || dialectOf(domVersion).writesEveryIndex;
  }

  /** Whether crengine has a fragment for a spine item, or would have one if the book were an EPUB to it. */
  hasFragment(spineIndex: number): boolean {
    return this.fragmentNumbers.has(spineIndex);
  }

  /** Spine index of the document a pointer is into; undefined when the book has no such part. */
  spineIndexOf(pointer: Pointer): number | undefined {
    switch (pointer.dialect) {
      case 'xpointer':
        return this.spineIndexOfRoot(pointer.xpointer);
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
      root: this.rootOf(spineIndex),
      itemrefSteps: [{ index: spine.spineStep }, itemref],
      path: item === undefined ? '' : pathOfItem(spine, item),
    };
  }

  private spineIndexOfRoot({ isOnlyPage = false, fragment = 1, item }: Xpointer): number | undefined {
    const { onlyPage } = this.spine;
    if (isOnlyPage !== (onlyPage !== undefined)) return undefined;
    if (item !== undefined) return this.spineIndexOfItem(item);
    if (!isOnlyPage) return this.fragments[fragment - 1];
    const spineIndex = this.spine.items.findIndex(({ zipPath }) => zipPath === onlyPage);
    return spineIndex < 0 ? undefined : spineIndex;
  }

  /** Ids are made of all itemrefs with an item; whether the document is shown is another question. */
  private spineIndexOfItem(item: number): number | undefined {
    const named = this.spine.items.flatMap(({ inManifest }, spineIndex) => (inManifest ? [spineIndex] : []));
    const spineIndex = named[item];
    return spineIndex !== undefined && this.hasFragment(spineIndex) ? spineIndex : undefined;
  }

  private rootOf(spineIndex: number): DocumentAddress['root'] {
    const { onlyPage, items } = this.spine;
    if (onlyPage !== undefined) return items[spineIndex]?.zipPath === onlyPage ? { isOnlyPage: true } : undefined;
    const fragment = this.fragmentNumbers.get(spineIndex);
    if (fragment === undefined) return undefined;
    return this.isNumbered ? { fragment } : {};
  }
}

function idOf(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
