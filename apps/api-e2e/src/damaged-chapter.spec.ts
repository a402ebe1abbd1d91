import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AnnotationExchangeAnswer, BookDetail, BookList } from '@bookorbit/contracts';
import { brokenBooks, damageEntry, deviceBookOf, makeSmallEpub, type PluginDevice } from '@bookorbit/testing';
import { expectStatus, until } from './expect-status.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

const CHAPTERS = ['One.', 'Two.', 'Three.'].map((word) => `${word}\n\n${`${word} Words of its own. `.repeat(20)}`);
const SOUND = makeSmallEpub({ title: 'Torn', chapters: CHAPTERS });
const TORN_CHAPTER = 'OEBPS/chapter-3.xhtml';

describe.each(SERVER_COUNTS)('a chapter damaged inside a sound file, over %s', (_, processes) => {
  let world: World;
  let ann: Reader;
  let device: PluginDevice;

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary();
    ann = await world.addReader('ann');
    device = await ann.plugin();
  });
  afterAll(async () => {
    await world.stop();
  });

  async function bookOf(title: string): Promise<BookDetail> {
    const { books } = (await ann.browser.get<BookList>(`books?q=${encodeURIComponent(title)}`)).body;
    return (await ann.browser.get<BookDetail>(`books/${books[0]?.id}`)).body;
  }

  /** What the device is answered to a highlight in a chapter, from 1. */
  async function highlightIn(hash: string, chapter: number): Promise<AnnotationExchangeAnswer> {
    const pos = `/body/DocFragment[${chapter}]/body/p[1]/text()`;
    const change = {
      ...{ datetime: `2026-02-0${chapter} 20:00:00`, drawer: 'lighten', color: 'yellow', text: 'Words', pageno: 1 },
      ...{ posFormat: 'xpointer', pos0: `${pos}.0`, pos1: `${pos}.5` },
    };
    const answer = await device.post<AnnotationExchangeAnswer>('annotations/exchange', {
      books: [{ hash, keys: [], keysComplete: false, changes: [change] }],
    });
    expectStatus(answer, 200);
    return answer.body;
  }

  it('is stated once a device has a place in it, though the device is answered as ever, until the file is replaced', async () => {
    const torn = damageEntry(SOUND, TORN_CHAPTER);
    world.putBook('torn.epub', torn);
    await world.scan();
    const { hash } = deviceBookOf(torn);
    expect(await bookOf('Torn')).toMatchObject({ hasProblem: false });
    const inSound = await highlightIn(hash, 1);
    const inTorn = await highlightIn(hash, 3);
    expect([inTorn.results[0]?.applied, inTorn.rejected]).toEqual([inSound.results[0]?.applied, inSound.rejected]);
    expect(inTorn.results[0]?.applied.created).toBe(1);
    const problem = await until(async () => (await bookOf('Torn')).files[0]?.problem, 'the problem to be stated');
    expect(problem.code).toBe('damaged_chapters');
    expect(problem.message).toContain(TORN_CHAPTER);
    expect((await bookOf('Torn')).hasProblem).toBe(true);
    const { books } = (await ann.browser.get<BookList>('books?only=problem')).body;
    expect(books.map(({ title }) => title)).toEqual(['Torn']);

    world.putBook('torn.epub', SOUND);
    await world.scan();
    const mended = await bookOf('Torn');
    expect(mended.hasProblem).toBe(false);
    expect(mended.files[0]?.problem).toBeUndefined();
    await highlightIn(deviceBookOf(SOUND).hash, 3);
    expect((await bookOf('Torn')).hasProblem).toBe(false);
  });

  const found = brokenBooks().find((path) => basename(path) === 'deflate-corrupt.epub');
  (found === undefined ? it.skip : it)('is stated of a book that was found damaged', async () => {
    const bytes = readFileSync(found ?? '');
    world.putBook('found.epub', bytes);
    await world.scan();
    const { matches } = (await device.matchCheck([{ hash: deviceBookOf(bytes).hash }])).body;
    expect(matches).toHaveLength(1);
    await highlightIn(deviceBookOf(bytes).hash, 1);
    await until(async () => {
      const { books } = (await ann.browser.get<BookList>('books?only=problem')).body;
      return books.length === 1;
    }, 'the problem to be stated');
  });
});
