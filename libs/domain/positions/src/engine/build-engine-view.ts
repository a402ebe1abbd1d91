import { EngineColumns, elementRef, textRef } from './engine-columns.ts';
import {
  BODY_ELEMENT,
  FRAGMENT_ELEMENT,
  IS_ANNOTATION,
  IS_BLOCK,
  IS_HIDDEN,
  IS_INVENTED,
  IS_PREFORMATTED,
} from './engine-view.ts';
import type { EngineView } from './engine-view.ts';
import {
  completesTables,
  dropChildren,
  hasSeparator,
  isBlockDisplay,
  isTable,
  noteInParent,
  partOf,
  rubyNameOf,
  settle,
  shifted,
} from './open-element.ts';
import type { ClosedElement, OpenElement } from './open-element.ts';
import { settleRuby } from './settle-ruby.ts';
import type { RubyChild, SettledRuby } from './settle-ruby.ts';
import { settleMisparented, settleTable } from './settle-table.ts';
import type { DroppedOfPart } from './settle-table.ts';
import { holdsSvgText, isMathContainer, traitsOf } from './tags.ts';
import { readEngineText } from './read-text.ts';
import { scanEngineMarkup } from './scan-markup.ts';
import type { EngineSink } from './scan-markup.ts';
import { isMarkupSpace } from '../source/markup.ts';
import { ElementStyles } from '../styles/element-style.ts';

/** DOM version from which the first line feed in `<pre>` and `<textarea>` is left out. */
export const DOM_VERSION_OF_PRE_LINE_FEED = 20210904;

export interface EngineOptions {
  /** crengine's `cre_dom_version`, a date such as 20240114. */
  readonly domVersion: number;
  /** Style sheets of the document in the order they apply; without any, the tag table alone decides. */
  readonly styleSheets?: readonly string[];
  /** Whether the document is a page of its own to crengine, and so read as HTML: rows lie in a group of rows. */
  readonly isOnlyPage?: boolean;
  /** Length of the markup crengine put in front of the document's own. */
  readonly sourceShift?: number;
}

/** Builds crengine's view of one spine document, or returns undefined when it has no `<body>` and crengine shows a placeholder. */
export function buildEngineView(source: string, options: EngineOptions): EngineView | undefined {
  const builder = new EngineTreeBuilder(source, options);
  scanEngineMarkup(source, builder);
  return builder.finish();
}

const NO_ATTRIBUTES = new Map<string, string>();

/** Stands for the elements in front of another where it only matters that there are any. */
const SOME_SIBLING: ClosedElement = {
  name: '',
  attributes: NO_ATTRIBUTES,
  parent: undefined,
  previous: undefined,
  place: 1,
  placeOfType: 1,
};

class EngineTreeBuilder implements EngineSink {
  private readonly source: string;
  private readonly options: EngineOptions;
  private readonly columns = new EngineColumns();
  private readonly styles: ElementStyles;
  private readonly root: OpenElement;
  private top: OpenElement | undefined;
  private hasBody = false;
  private closingAt = 0;

  constructor(source: string, options: EngineOptions) {
    this.source = source;
    this.options = options;
    this.styles = new ElementStyles(options.styleSheets ?? []);
    const fragment = this.columns.addElement(FRAGMENT_ELEMENT, this.columns.nameIndex('DocFragment'), 0);
    this.root = this.openElement(fragment, 'DocFragment', undefined);
  }

  keepsCase(): boolean {
    return this.top?.isInSvg ?? false;
  }

  openTag(name: string, start: number): void {
    if (this.top === undefined) {
      if (name !== 'body' || this.hasBody) return;
      this.hasBody = true;
      this.top = this.root;
    }
    if (this.options.isOnlyPage === true && name === 'tr' && this.top.name === 'table') {
      this.openTag('tbody', start);
      this.enterTag(start);
    }
    const parent = this.top;
    parent.dropsFirstLineFeed = false;
    if (parent.isFenced && hasSeparator(parent)) this.invent(parent, 'mo', start);
    const element = this.columns.addElement(parent.element, this.columns.nameIndex(name), start);
    parent.children.push(elementRef(element));
    parent.kinds.push('inline');
    parent.displays.push('inline');
    this.top = this.openElement(element, name, parent);
  }

  attribute(name: string, valueStart: number, valueEnd: number): void {
    const { top } = this;
    if (top === undefined) return;
    const value = this.source.slice(valueStart, valueEnd).trim();
    if (top.attributes === NO_ATTRIBUTES) top.attributes = new Map();
    top.attributes.set(name, value);
  }

  enterTag(end: number): void {
    const { top } = this;
    if (top === undefined) return;
    top.style = this.styles.styleOf(top, top.parent?.style);
    const { style } = top;
    top.isBlock = isBlockDisplay(style.display);
    top.isHidden = top.isHidden || style.display === 'none';
    top.isPreformatted = style.isPreformatted || (top.isInSvg && top.allowsText);
    const flags = (top.isBlock && style.display !== 'inline-block' ? IS_BLOCK : 0) | (top.isHidden ? IS_HIDDEN : 0);
    this.columns.markElement(top.element, flags);
    if (top.isInMath && top.name === 'mfenced') this.openFence(top, end);
  }

  closeTag(name: string, start: number): void {
    if (this.top === undefined) return;
    this.closingAt = start;
    if (name === 'body') return this.closeAll();
    let closing: OpenElement | undefined = this.top;
    while (closing !== undefined && closing.name !== name) closing = closing.parent;
    if (closing === undefined || closing === this.root) return;
    const stop: OpenElement | undefined = closing.parent;
    while (this.top !== undefined && this.top !== stop) this.closeTop(this.top);
  }

  text(start: number, end: number, isCdata: boolean): void {
    const { top } = this;
    if (top === undefined) return;
    if (top.isInMath) return this.addMathText(top, start, end, isCdata);
    if (top.allowsText) this.addText(top, start, end, isCdata);
  }

  finish(): EngineView | undefined {
    this.closeAll();
    if (!this.hasBody) return undefined;
    this.columns.numberChildren(FRAGMENT_ELEMENT, [elementRef(BODY_ELEMENT)]);
    return this.columns.toView(this.options.sourceShift ?? 0);
  }

  private openElement(element: number, name: string, parent: OpenElement | undefined): OpenElement {
    const traits = traitsOf(name);
    const isInSvg = (parent?.isInSvg ?? false) || name === 'svg';
    const allowsText = isInSvg ? holdsSvgText(name) : traits.allowsText;
    return {
      element,
      name,
      parent,
      attributes: NO_ATTRIBUTES,
      previous: parent?.lastChild,
      place: (parent?.lastChild?.place ?? 0) + 1,
      placeOfType: parent === undefined ? 1 : this.countChild(parent, name),
      lastChild: undefined,
      childNames: undefined,
      style: {
        display: traits.display,
        isFloating: false,
        isPreformatted: traits.isPreformatted,
        isPreLine: false,
        before: undefined,
        after: undefined,
      },
      allowsText,
      isPreformatted: traits.isPreformatted || (parent?.isPreformatted ?? false) || (isInSvg && allowsText),
      isBlock: isBlockDisplay(traits.display),
      dropsFirstLineFeed:
        (name === 'pre' || name === 'textarea') && this.options.domVersion >= DOM_VERSION_OF_PRE_LINE_FEED,
      isInSvg,
      isInMath: (parent?.isInMath ?? false) || name === 'math',
      isHidden: parent?.isHidden ?? false,
      isAnnotation: (parent?.isAnnotation ?? false) || name === 'rt',
      isFenced: false,
      children: [],
      kinds: [],
      displays: [],
      parts: undefined,
    };
  }

  /** Which of its name a child is; only selectors that ask for siblings ask for that. */
  private countChild(parent: OpenElement, name: string): number {
    if (!this.styles.needsSiblings) return 1;
    parent.childNames ??= new Map();
    const place = (parent.childNames.get(name) ?? 0) + 1;
    parent.childNames.set(name, place);
    return place;
  }

  private addText(top: OpenElement, start: number, end: number, isCdata: boolean): void {
    const { runs } = this.columns;
    const { before, after } = top.style;
    const isFirst = top.children.length === 0 && before === undefined && after === undefined;
    const firstRun = runs.count;
    const { isPreformatted, dropsFirstLineFeed } = top;
    const manner = { isPreformatted, isCdata, dropsFirstLineFeed: dropsFirstLineFeed && isFirst };
    const isBlank = readEngineText(this.source, start, end, manner, runs);
    if (top.isBlock && isFirst && isBlank && !isPreformatted) return this.columns.forgetRuns(firstRun);
    top.dropsFirstLineFeed = false;
    const flags =
      (top.isHidden ? IS_HIDDEN : 0) | (isPreformatted ? IS_PREFORMATTED : 0) | (top.isAnnotation ? IS_ANNOTATION : 0);
    const text = this.columns.addText(top.element, firstRun, start, end, flags);
    top.children.push(textRef(text));
    top.kinds.push(isBlank ? 'blank' : 'text');
    top.displays.push('inline');
  }

  /** MathML drops white space around its tokens, and text between them. */
  private addMathText(top: OpenElement, start: number, end: number, isCdata: boolean): void {
    if (isMathContainer(top.name)) return;
    let from = start;
    let to = end;
    while (from < to && isMarkupSpace(this.source.charCodeAt(from))) from++;
    while (to > from && isMarkupSpace(this.source.charCodeAt(to - 1))) to--;
    if (from < to) this.addText(top, from, to, isCdata);
  }

  /** crengine writes out what `<mfenced>` stands for: a parenthesis, a row with separators in it, another parenthesis. */
  private openFence(fence: OpenElement, source: number): void {
    this.invent(fence, 'mo', source);
    const row = this.invent(fence, 'mrow', source);
    this.top = { ...this.openElement(row, 'mrow', fence), isFenced: true };
  }

  /** Adds an element that is in no source. */
  private invent(parent: OpenElement, name: string, source: number): number {
    const element = this.columns.addElement(parent.element, this.columns.nameIndex(name), source);
    this.columns.markElement(element, IS_INVENTED);
    parent.children.push(elementRef(element));
    parent.kinds.push('inline');
    parent.displays.push('inline');
    return element;
  }

  private closeAll(): void {
    while (this.top !== undefined && this.top !== this.root) this.closeTop(this.top);
    this.top = undefined;
  }

  private closeTop(top: OpenElement): void {
    const ruby = top.style.display === 'ruby' ? this.settleRuby(top) : undefined;
    const { rendering, dropped } = ruby ?? settle(top);
    const invented = ruby?.invented.map((index) => top.children[index] ?? 0) ?? [];
    if (dropped.size > 0) dropChildren(top, dropped);
    this.columns.numberChildren(top.element, top.children, invented);
    if (isTable(top)) this.dropFromParts(settleTable(partOf(top)));
    else if (completesTables(top)) this.dropFromParts(settleMisparented(partOf(top)));
    const { parent } = top;
    if (parent !== undefined && parent !== this.root) noteInParent(parent, top, rendering);
    if (parent !== undefined) {
      const isAsked = this.styles.needsSiblings || parent.name === 'switch';
      parent.lastChild = isAsked
        ? {
            name: top.name,
            attributes: top.attributes,
            parent,
            previous: top.previous,
            place: top.place,
            placeOfType: top.placeOfType,
          }
        : SOME_SIBLING;
    }
    if (top.isFenced && parent !== undefined) this.invent(parent, 'mo', this.closingAt);
    this.top = parent;
  }

  private settleRuby({ children, kinds, style }: OpenElement): SettledRuby {
    const known = children.map((child, index): RubyChild => {
      const kind = kinds[index];
      return kind === 'text' || kind === 'blank' ? kind : rubyNameOf(this.columns.nameOfElement(child));
    });
    const { before, after, isPreformatted } = style;
    // Generated content takes part as the first and the last child.
    const front = before === undefined ? [] : [before];
    const behind = after === undefined ? [] : [after];
    const all = [...front.map(() => 'other' as const), ...known, ...behind.map(() => 'other' as const)];
    return shifted(settleRuby(all, [...front, ...kinds, ...behind], isPreformatted), front.length);
  }

  /** Takes out of a table, and of its rows, what it has no room for. */
  private dropFromParts(parts: readonly DroppedOfPart[]): void {
    for (const { part, dropped } of parts) {
      for (const index of dropped) this.columns.forgetText(part.children[index] ?? 0);
      this.columns.numberChildren(
        part.element,
        part.children.filter((_, index) => !dropped.has(index)),
      );
    }
  }
}
