/** A language tag as the reader's language names it; the tag itself where it means nothing. */
export function sayLanguage(tag: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
