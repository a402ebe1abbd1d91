import { withHtmlReferences } from '../dom/html-references.ts';
import { scanEngineMarkup } from './scan-markup.ts';
import type { EngineSink } from './scan-markup.ts';
import { trimBlanks } from './trim-blanks.ts';

const MANIFEST = 'package/manifest/item';
const SPINE = 'package/spine/itemref';
const CONTAINERS = new Set(['package', 'package/manifest', 'package/spine']);

/**
 * The `idref` of every itemref crengine makes a fragment of, in order, from the text of a package. It reads packages by its own rules, to
 * which a tag with a TAB behind its name is none; empty where it sees no spine at all.
 */
export function engineSpineOf(packageText: string): readonly string[] {
  const reader = new PackageReader(packageText);
  scanEngineMarkup(packageText, reader);
  const ids = new Set(reader.found.flatMap(({ path, id, href }) => (path === MANIFEST && href !== '' ? [id] : [])));
  ids.delete('');
  return reader.found.flatMap(({ path, idref }) => (path === SPINE && ids.has(idref) ? [idref] : []));
}

interface FoundElement {
  readonly path: string;
  id: string;
  href: string;
  idref: string;
}

/** Finds items and itemrefs in the first manifest and the first spine. */
class PackageReader implements EngineSink {
  readonly found: FoundElement[] = [];
  private readonly source: string;
  private readonly open: { readonly name: string; readonly path: string }[] = [];
  /** How often each name is open: a package made to hurt opens much and closes other things. */
  private readonly openCounts = new Map<string, number>();
  /** Paths of what has been opened: only the first of its name counts. */
  private readonly entered = new Set<string>();
  private top: FoundElement | undefined;

  constructor(source: string) {
    this.source = source;
  }

  keepsCase(): boolean {
    return true;
  }

  openTag(name: string): void {
    const parent = this.open.at(-1)?.path;
    let path = parent === undefined ? name : `${parent}/${name}`;
    this.top = undefined;
    if (path === MANIFEST || path === SPINE) {
      this.top = { path, id: '', href: '', idref: '' };
      this.found.push(this.top);
    } else if (CONTAINERS.has(path) && !this.entered.has(path)) this.entered.add(path);
    else path = '';
    this.open.push({ name, path });
    this.count(name, 1);
  }

  attribute(name: string, start: number, end: number): void {
    if (this.top === undefined || (name !== 'id' && name !== 'href' && name !== 'idref')) return;
    this.top[name] = trimBlanks(withHtmlReferences(this.source.slice(start, end)));
  }

  enterTag(): void {
    this.top = undefined;
  }

  closeTag(name: string): void {
    if ((this.openCounts.get(name) ?? 0) === 0) return;
    for (let closed = ''; closed !== name;) {
      closed = this.open.pop()?.name ?? name;
      this.count(closed, -1);
    }
  }

  text(): void {}

  private count(name: string, change: 1 | -1): void {
    this.openCounts.set(name, (this.openCounts.get(name) ?? 0) + change);
  }
}
