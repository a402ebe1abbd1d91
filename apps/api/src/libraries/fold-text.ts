import { createHash } from 'node:crypto';

/** Text as searching and sorting compare it: no case, no accents, one space between words. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replace(/[ßẞæœøłđðþı]/gu, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .normalize('NFC')
    .trim();
}

/** Accents of Latin, Greek and Cyrillic, and the vowel points of Hebrew and Arabic; other scripts' marks make other words. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+/gu;

/** Letters that do not come apart into a plain letter and an accent. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Characters of a sort key that count; an index entry has room for no more. */
const SORT_KEY_LENGTH = 200;
/** Digits a number is filled up to, so that volume 10 comes after volume 2. */
const NUMBER_WIDTH = 8;

/** A key that sorts as people expect: folded, without what is no letter or digit at its start, numbers by value. */
export function sortKey(text: string): string {
  return foldText(text)
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/\d+/g, (digits) => digits.padStart(NUMBER_WIDTH, '0'))
    .slice(0, SORT_KEY_LENGTH)
    .toWellFormed();
}

const ARTICLES: Readonly<Record<string, RegExp>> = {
  en: /^(?:the|an?) /,
  de: /^(?:der|die|das|ein|eine) /,
  fr: /^(?:le |la |les |une? |l['’])/,
  es: /^(?:el|la|los|las|una?) /,
  pt: /^(?:os?|as?|uma?) /,
  it: /^(?:il |lo |la |i |gli |le |una? |un['’]|l['’])/,
  nl: /^(?:de|het|een) /,
  sv: /^(?:en|ett|den|det) /,
};

/** The sort key of a title, without its leading article; a language we do not know is taken for English. */
export function titleSortKey(title: string, language?: string): string {
  const folded = foldText(title).replace(/^[^\p{L}\p{N}]+/u, '');
  const articles = ARTICLES[primaryLanguage(language) ?? 'en'];
  const bare = articles ? folded.replace(articles, '') : folded;
  return sortKey(bare || folded);
}

/** The sort key of an author, surname first: the last word, unless the name says it otherwise by a comma. */
export function authorSortKey(name: string): string {
  if (name.includes(',')) return sortKey(name);
  const words = name.trim().split(/\s+/);
  return sortKey([words.at(-1), ...words.slice(0, -1)].join(' '));
}

/** "pt" of "pt-BR"; undefined for none and for "und". */
export function primaryLanguage(language: string | null | undefined): string | undefined {
  const primary = language?.toLowerCase().split(/[-_]/)[0];
  return primary === '' || primary === 'und' ? undefined : primary;
}

const NO_AUTHORS: ReadonlySet<string> = new Set(
  ['unknown', 'unknown author', 'anonymous', 'various', 'various authors', 'n/a', 'unbekannt', 'inconnu'].map(nameKey),
);

/**
 * A key that is equal for files of one work: their titles and authors, without case, accents, punctuation and word order of names.
 * Undefined when there are no real authors: then a title alone says too little.
 */
export function groupKey(title: string, authors: readonly string[]): string | undefined {
  const titleKey = lettersOf(title);
  const names = authors.map(nameKey).filter((name) => name !== '' && !NO_AUTHORS.has(name));
  if (titleKey === '' || names.length === 0) return undefined;
  return createHash('md5')
    .update([titleKey, ...names.sort()].join('\n'))
    .digest('hex');
}

function lettersOf(text: string): string {
  return foldText(text).replace(/[^\p{L}\p{N}]+/gu, '');
}

function nameKey(name: string): string {
  return foldText(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .sort()
    .join(' ');
}
