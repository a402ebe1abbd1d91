import { lastAtMost } from '../columns/growable.ts';
import { sourceOfCharacter } from '../columns/runs.ts';
import type { TextPoint } from '../columns/text-lookup.ts';
import { engineText } from '../engine/engine-text.ts';
import { runsOfText } from '../engine/engine-view.ts';
import type { EngineView } from '../engine/engine-view.ts';
import { foldCharacter } from './folding.ts';

/** Code units are made text by so many: fewer would be ropes, more do not fit on the stack. */
const CHUNK_UNITS = 8192;

/**
 * The folded text of one document: what quotes are looked for in. Where a character of it is in the document is found by folding its
 * text node once more, as few are ever asked for.
 */
export class DocumentText {
  readonly folded: string;
  private readonly view: EngineView;
  private readonly source: string;
  /** Index of each text node's first folded character; equal to the next one's where nothing of it is left. */
  private readonly starts: Uint32Array;

  constructor(view: EngineView, source: string) {
    this.view = view;
    this.source = source;
    this.starts = new Uint32Array(view.texts.length.length);
    const folded = new FoldedWriter();
    for (let text = 0; text < this.starts.length; text++) {
      this.starts[text] = folded.length;
      for (const each of engineText(view, source, text)) folded.write(foldCharacter(each));
    }
    this.folded = folded.toText();
  }

  /** The point in crengine's tree in front of a folded character, or behind it. */
  pointAt(index: number, side: 'before' | 'behind'): TextPoint {
    const text = Math.max(0, lastAtMost(this.starts, index, 0, this.starts.length));
    const before = this.charactersBefore(text, (_, end) => end > index).character;
    return { text, character: before + (side === 'behind' ? 1 : 0) };
  }

  /** Index of the first folded character at a source offset or after it. */
  indexFrom(offset: number): number {
    const { source } = this.view.texts;
    const text = lastAtMost(source, offset, 0, source.length);
    if (text < 0) return 0;
    const runs = runsOfText(this.view, text);
    return this.charactersBefore(text, (character) => sourceOfCharacter(runs, character).offset >= offset).index;
  }

  /** Goes through a text node up to the character that is wanted: how many are in front of it, and the index of its folded form. */
  private charactersBefore(
    text: number,
    isWanted: (character: number, end: number) => boolean,
  ): { readonly character: number; readonly index: number } {
    let index = this.starts[text] ?? 0;
    let character = 0;
    for (const each of engineText(this.view, this.source, text)) {
      const end = index + foldCharacter(each).length;
      if (isWanted(character, end)) break;
      index = end;
      character += 1;
    }
    return { character, index };
  }
}

/** Text that grows by a character or none at a time, without a string for each. */
class FoldedWriter {
  private readonly chunks: string[] = [];
  private readonly units = new Uint16Array(CHUNK_UNITS);
  private used = 0;

  get length(): number {
    return this.chunks.length * CHUNK_UNITS + this.used;
  }

  write(text: string): void {
    for (let at = 0; at < text.length; at++) {
      this.units[this.used++] = text.charCodeAt(at);
      if (this.used === CHUNK_UNITS) this.end();
    }
  }

  toText(): string {
    return this.chunks.join('') + String.fromCharCode(...this.units.subarray(0, this.used));
  }

  private end(): void {
    this.chunks.push(String.fromCharCode(...this.units));
    this.used = 0;
  }
}
