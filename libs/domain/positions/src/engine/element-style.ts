import { traitsOf } from './tags.ts';
import type { Display } from './tags.ts';

/** The little of an element's computed style that crengine's text model depends on. */
export interface ElementStyle {
  readonly display: Display;
  readonly isFloating: boolean;
  /** `white-space` keeps line ends: `pre-line`, `pre`, `pre-wrap`, `break-spaces`. */
  readonly isPreformatted: boolean;
  /** Has `::before` or `::after` content, which counts as a child. */
  readonly hasGenerated: boolean;
}

/** Raw attribute values of an element by local name. */
export type ElementAttributes = Map<string, string>;

const TABLE_PARENTS = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr']);
const TABLE_HIDEABLE = new Set(['colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td']);

/** Style by crengine's own style sheet for books. */
export function defaultStyle(
  name: string,
  attributes: ElementAttributes,
  parentName: string | undefined,
  parent: ElementStyle | undefined,
): ElementStyle {
  const traits = traitsOf(name);
  return {
    display: isHiddenByDefault(name, attributes, parentName) ? 'none' : traits.display,
    isFloating: false,
    isPreformatted: traits.isPreformatted || (parent?.isPreformatted ?? false),
    hasGenerated: false,
  };
}

function isHiddenByDefault(name: string, attributes: ElementAttributes, parentName: string | undefined): boolean {
  if (attributes.size > 0) {
    if (attributes.has('hidden') && !TABLE_HIDEABLE.has(name)) return true;
    if (name === 'span' && attributes.get('type') === 'pagebreak') return true;
    if (name === 'input' && attributes.get('type')?.toLowerCase() === 'hidden') return true;
  }
  return name === 'form' && parentName !== undefined && TABLE_PARENTS.has(parentName);
}
