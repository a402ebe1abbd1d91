import { createHash } from 'node:crypto';
import type { AnnotationKey, DeviceAnnotation } from '@bookorbit/contracts';

const FIRST = Date.UTC(2025, 2, 1, 18);

/** Highlights of one book, each on a paragraph of its own and made a minute after the one before. */
export function highlightsOf(count: number): DeviceAnnotation[] {
  return Array.from({ length: count }, (_, n) => {
    const paragraph = `/body/DocFragment[${1 + Math.floor(n / 40)}]/body/div/p[${1 + (n % 40)}]/text()`;
    return {
      datetime: new Date(FIRST + n * 60_000).toISOString().slice(0, 19).replace('T', ' '),
      drawer: 'lighten',
      color: 'yellow',
      text: `Words somebody wanted to keep, number ${n}; a sentence is about as long as this one.`,
      ...(n % 4 === 0 && { note: `What came to mind at number ${n}.` }),
      chapter: `Chapter ${1 + Math.floor(n / 40)}`,
      posFormat: 'xpointer',
      pos0: `${paragraph}.${n % 30}`,
      pos1: `${paragraph}.${(n % 30) + 60}`,
      pageno: 1 + Math.floor(n / 3),
    };
  });
}

/** The keys a device has of its highlights. */
export function keysOf(highlights: readonly Pick<DeviceAnnotation, 'datetime' | 'pos0'>[]): AnnotationKey[] {
  return highlights.map(({ datetime, pos0 }) => ({
    k: createHash('md5').update(`${datetime}|${pos0}`).digest('hex'),
    dt: datetime,
  }));
}
