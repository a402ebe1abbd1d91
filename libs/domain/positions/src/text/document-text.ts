import { GrowableColumn } from '../columns/growable.ts';
import { sourceOfCharacter } from '../columns/runs.ts';
import { engineText } from '../engine/engine-text.ts';
import { runsOfText } from '../engine/engine-view.ts';
import type { EngineView } from '../engine/engine-view.ts';
import { foldCharacter } from './folding.ts';

/** The folded text of one document, and where each of its characters is: what quotes are looked for in. */
export class DocumentText {
  readonly folded: string;
  private readonly view: EngineView;
  /** For every folded character its text node and its character there. */
  private readonly nodes = new GrowableColumn();
  private readonly characters = new GrowableColumn();

  constructor(view: EngineView, source: string) {
    this.view = view;
    const pieces: string[] = [];
    for (let text = 0; text < view.texts.length.length; text++) {
      let character = 0;
      let piece = '';
      for (const each of engineText(view, source, text)) {
        const kept = foldCharacter(each);
        this.nodes.fill(text, kept.length);
        this.characters.fill(character, kept.length);
        piece += kept;
        character += 1;
      }
      pieces.push(piece);
    }
    this.folded = pieces.join('');
  }

  /** The point in crengine's tree in front of a folded character, or behind it. */
  pointAt(index: number, side: 'before' | 'behind'): { readonly text: number; readonly character: number } {
    const character = this.characters.at(index) + (side === 'behind' ? 1 : 0);
    return { text: this.nodes.at(index), character };
  }

  /** Index of the first folded character at a source offset or after it. */
  indexFrom(offset: number): number {
    let low = 0;
    let high = this.folded.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offsetOf(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private offsetOf(index: number): number {
    return sourceOfCharacter(runsOfText(this.view, this.nodes.at(index)), this.characters.at(index)).offset;
  }
}
