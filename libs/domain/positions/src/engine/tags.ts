/** How crengine lays an element out, as far as its text model depends on it. */
export type Display =
  'inline' | 'run-in' | 'ruby' | 'block' | 'inline-block' | 'table' | 'inline-table' | TablePart | 'none';

export type TablePart =
  'table-row' | 'table-row-group' | 'table-cell' | 'table-column' | 'table-column-group' | 'table-caption';

/** What crengine knows of an element by its name alone. */
export interface TagTraits {
  readonly display: Display;
  /** False when text directly inside is thrown away. */
  readonly allowsText: boolean;
  /** True when line ends and runs of spaces are kept. */
  readonly isPreformatted: boolean;
}

const ORDINARY: TagTraits = { display: 'inline', allowsText: true, isPreformatted: false };

const BLOCKS = `body hr form blockquote div h1 h2 h3 h4 h5 h6 p output section ol ul li dl dt dd address article aside canvas fieldset
  figcaption figure footer header hgroup legend main nav noscript video center dir menu multicol noframes search details dialog summary
  frame frameset iframe select optgroup map city date email history id isbn keywords lang nickname publisher sequence subtitle v version
  year book-name book-title custom-info home-page program-used src-lang src-ocr src-url text-author`;
const BLOCKS_WITHOUT_TEXT = `html DocFragment ?xml ?xml-stylesheet applet track keygen audio source FictionBook annotation author coverpage
  epigraph part poem stanza document-info empty-line publish-info src-title-info title-info`;
const PREFORMATTED = 'pre listing textarea plaintext xmp';
const INLINE_BLOCKS = 'button marquee';
const OBJECTS = 'svg object embed img image';
const HIDDEN = 'title style script binary genre stylesheet datalist noembed template';
const HIDDEN_WITHOUT_TEXT = 'head base basefont bgsound meta link area param description';

const TRAITS_BY_NAME: ReadonlyMap<string, TagTraits> = new Map([
  ...traits(BLOCKS, { display: 'block' }),
  ...traits(BLOCKS_WITHOUT_TEXT, { display: 'block', allowsText: false }),
  ...traits(PREFORMATTED, { display: 'block', isPreformatted: true }),
  ...traits(INLINE_BLOCKS, { display: 'inline-block' }),
  ...traits('input', { display: 'inline-block', allowsText: false }),
  ...traits(OBJECTS, { allowsText: false }),
  ...traits(HIDDEN, { display: 'none' }),
  ...traits('style', { display: 'none', isPreformatted: true }),
  ...traits(HIDDEN_WITHOUT_TEXT, { display: 'none', allowsText: false }),
  ...traits('table', { display: 'table', allowsText: false }),
  ...traits('tr', { display: 'table-row', allowsText: false }),
  ...traits('thead tbody tfoot', { display: 'table-row-group', allowsText: false }),
  ...traits('colgroup', { display: 'table-column-group', allowsText: false }),
  ...traits('col', { display: 'table-column', allowsText: false }),
  ...traits('th td', { display: 'table-cell' }),
  ...traits('caption', { display: 'table-caption' }),
  ...traits('ruby', { display: 'ruby' }),
]);

/** Elements inside `<svg>` whose text crengine keeps, white space and all. */
const SVG_TEXT = new Set(['style', 'text', 'tspan', 'textPath', 'title', 'desc', 'metadata']);

/** Elements of MathML that hold other elements, where crengine drops text. */
const MATH_CONTAINERS = new Set(
  `math mrow mstyle merror mphantom mpadded menclose mfenced mfrac msqrt mroot munder mover munderover msub msup msubsup mmultiscripts
  mprescripts none mtable mtr mlabeledtr mtd maligngroup malignmark mstack mlongdiv msgroup msrow mscarries mscarry msline maction
  semantics annotation-xml`.split(/\s+/),
);

/** Traits of an element outside of SVG and MathML; names crengine does not know are inline and may hold text. */
export function traitsOf(name: string): TagTraits {
  return TRAITS_BY_NAME.get(name) ?? ORDINARY;
}

export function holdsSvgText(name: string): boolean {
  return SVG_TEXT.has(name);
}

export function isMathContainer(name: string): boolean {
  return MATH_CONTAINERS.has(name);
}

/** Whether crengine draws the element as a picture, whatever is inside it. */
export function isPicture(name: string): boolean {
  return name === 'img' || name === 'image' || name === 'embed' || name === 'svg';
}

function traits(names: string, changed: Partial<TagTraits>): [string, TagTraits][] {
  return names.split(/\s+/).map((name) => [name, { ...ORDINARY, ...changed }]);
}
