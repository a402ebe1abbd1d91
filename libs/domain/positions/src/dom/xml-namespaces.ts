const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** The prefixes declared where a document is being read: browsers refuse one that uses others. */
export class XmlNamespaces {
  /** Namespaces by prefix, the one that counts last. */
  private readonly declared = new Map<string, string[]>([['xml', [XML_NAMESPACE]]]);
  /** What each open element declares; most declare nothing. */
  private readonly declaredBy: (string[] | undefined)[] = [];
  private element = '';
  private own: string[] | undefined;
  private prefixed: string[] = [];

  /** An element is being opened: attributes follow. */
  enter(name: string): void {
    this.element = name;
    this.own = undefined;
    if (this.prefixed.length > 0) this.prefixed = [];
  }

  /** One attribute of the element being opened; false where it declares what may not be. */
  attribute(name: string, source: string, start: number, end: number): boolean {
    const isDefault = name === 'xmlns';
    if (!isDefault && !name.startsWith('xmlns:')) {
      if (name.includes(':')) this.prefixed.push(name);
      return true;
    }
    const prefix = isDefault ? '' : name.slice(6);
    const namespace = source.slice(start, end);
    // Only what no address may hold is refused.
    if (/[\s<>"{}|\\^`]/.test(namespace.trim()) || prefix === 'xmlns') return false;
    if ((prefix === 'xml') !== (namespace === XML_NAMESPACE) || (namespace === '' && !isDefault)) return false;
    const known = this.declared.get(prefix);
    if (known === undefined) this.declared.set(prefix, [namespace]);
    else known.push(namespace);
    (this.own ??= []).push(prefix);
    return true;
  }

  /** All attributes are known: whether every prefix is, and no attribute is there twice under two prefixes. */
  areDeclared(): boolean {
    this.declaredBy.push(this.own);
    if (this.element.includes(':') && this.namespaceOf(this.element) === undefined) return false;
    if (this.prefixed.length === 0) return true;
    const names = this.prefixed.map((name) => {
      const namespace = this.namespaceOf(name);
      return namespace === undefined ? undefined : `${namespace} ${name.slice(name.indexOf(':') + 1)}`;
    });
    return !names.includes(undefined) && new Set(names).size === names.length;
  }

  leave(): void {
    for (const prefix of this.declaredBy.pop() ?? []) this.declared.get(prefix)?.pop();
  }

  /** Whether the element whose attributes came last is in a namespace. */
  isNamed(): boolean {
    return Boolean(this.namespaceOf(this.element));
  }

  private namespaceOf(name: string): string | undefined {
    return this.declared.get(name.slice(0, Math.max(0, name.indexOf(':'))))?.at(-1);
  }
}
