import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sharedPath } from '@bookorbit/testing';
import { readSidecar, type Sidecar } from './read-sidecar.ts';

const read = (lua: string): Sidecar => {
  const sidecar = readSidecar(Buffer.from(`return ${lua}`));
  if (!sidecar) throw new Error('no sidecar');
  return sidecar;
};

describe('a sidecar', () => {
  it('of today has one list, in which a dog-ear is what has no style', () => {
    const sidecar = read(`{
      ["annotations"] = {
        [1] = { ["datetime"] = "2026-09-28 20:09:39", ["datetime_updated"] = "2026-09-28 20:10:00", ["drawer"] = "invert", ["color"] = "red",
          ["page"] = "/body/p[1]/text().0", ["pos0"] = "/body/p[1]/text().0", ["pos1"] = "/body/p[1]/text().9", ["text"] = "two\\
lines", ["note"] = "mine", ["chapter"] = "I", ["pageno"] = 8 },
        [2] = { ["datetime"] = "2026-09-29 07:34:54", ["page"] = "/body/p[16]/text().0", ["pageno"] = 29, ["text"] = "in I" },
        [3] = { ["datetime"] = "yesterday", ["page"] = "/body/p[1]", ["drawer"] = "lighten", ["pos0"] = "/body/p[1]" },
        [4] = { ["datetime"] = "2026-09-29 07:34:55", ["drawer"] = "sparkle", ["page"] = "/body/p[2]", ["pos0"] = "/body/p[2]" },
      },
      ["cre_dom_version"] = 20240114, ["last_xpointer"] = "/body/p[20]", ["percent_finished"] = 0.38372093023256,
      ["partial_md5_checksum"] = "63B32a2b126fa26ecc773fb0471c5818", ["doc_props"] = { ["title"] = "Love", ["authors"] = "P. G." },
      ["summary"] = { ["modified"] = "2026-09-28", ["status"] = "complete", ["rating"] = 4, ["note"] = "good" } }`);
    expect(sidecar).toMatchObject({
      fingerprint: '63b32a2b126fa26ecc773fb0471c5818',
      title: 'Love',
      authors: 'P. G.',
      isPaging: false,
      domVersion: 20240114,
      percentage: 0.3837,
      place: '/body/p[20]',
      status: 'complete',
      rating: 4,
      review: 'good',
      modified: '2026-09-28',
      unusable: 1,
      bookmarks: [{ datetime: '2026-09-29 07:34:54', pos: '/body/p[16]/text().0', pageno: 29 }],
    });
    expect(sidecar.highlights).toMatchObject([
      {
        drawer: 'invert',
        color: 'red',
        text: 'two\nlines',
        note: 'mine',
        chapter: 'I',
        posFormat: 'xpointer',
        pageno: 8,
      },
      { drawer: 'lighten', pos0: '/body/p[2]' },
    ]);
  });

  it('of a document of pages has points as the plugin sends them', () => {
    const sidecar =
      read(`{ ["annotations"] = { { ["datetime"] = "2026-01-02 03:04:05", ["drawer"] = "lighten", ["page"] = 3,
      ["pos0"] = { ["page"] = 3, ["x"] = 10.5, ["y"] = 20, ["zoom"] = 2, ["rotation"] = 0 }, ["pos1"] = { ["page"] = 3, ["x"] = 30, ["y"] = 21 } },
      { ["datetime"] = "2026-01-02 03:04:06", ["page"] = 7 } }, ["last_page"] = 12, ["percent_finished"] = 0.5 }`);
    expect(sidecar).toMatchObject({
      isPaging: true,
      place: '12',
      highlights: [{ posFormat: 'pdf', pos0: '{"page":3,"x":10.5,"y":20}', pos1: '{"page":3,"x":30,"y":21}' }],
      bookmarks: [{ pos: '7' }],
    });
  });

  it('from before 2024 joins bookmarks and what they look like, and tells notes from words of KOReader', () => {
    const sidecar =
      read(`{ ["highlights_imported"] = true, ["percent_finished"] = 0.1, ["last_xpointer"] = "/body/p[3]",
      ["bookmarks"] = {
        [1] = { ["datetime"] = "2020-05-06 10:00:00", ["highlighted"] = true, ["notes"] = "the words", ["page"] = "/body/p[1]/text().0",
          ["pos0"] = "/body/p[1]/text().0", ["pos1"] = "/body/p[1]/text().9", ["text"] = "what I think" },
        [2] = { ["datetime"] = "2020-05-06 10:01:00", ["highlighted"] = true, ["notes"] = "more words", ["page"] = "/body/p[2]/text().0",
          ["pos0"] = "/body/p[2]/text().0", ["pos1"] = "/body/p[2]/text().9", ["text"] = "Seite 9 more words @ 2020-05-06 10:01:00" },
        [3] = { ["datetime"] = "2020-05-06 10:02:00", ["notes"] = "in chapter", ["page"] = "/body/p[4]/text().0", ["text"] = "my ear" },
      },
      ["highlight"] = {
        [9] = { [1] = { ["datetime"] = "2020-05-06 10:00:00", ["drawer"] = "underscore", ["pos0"] = "/body/p[1]/text().0", ["text"] = "the words" },
                [2] = { ["datetime"] = "2020-05-06 10:01:00", ["drawer"] = "strikeout", ["pos0"] = "/body/p[2]/text().0", ["chapter"] = "II" } },
      } }`);
    expect(sidecar.highlights).toEqual([
      expect.objectContaining({ drawer: 'underscore', text: 'the words', note: 'what I think' }),
      expect.objectContaining({ drawer: 'strikeout', text: 'more words', note: undefined, chapter: 'II' }),
    ]);
    expect(sidecar.bookmarks).toEqual([expect.objectContaining({ pos: '/body/p[4]/text().0', note: 'my ear' })]);
  });

  it('from before 2014 has highlights that no bookmark names, and points without a page', () => {
    const sidecar = read(`{ ["last_page"] = 4, ["percent_finished"] = 0.2, ["highlight"] = { [4] = {
      { ["datetime"] = "2013-05-06 10:00:00", ["drawer"] = "lighten", ["text"] = "old", ["pos0"] = { ["x"] = 1, ["y"] = 2 }, ["pos1"] = { ["x"] = 3, ["y"] = 2 } },
      { ["datetime"] = "2013-05-06 10:00:01", ["drawer"] = "lighten", ["text"] = "placeless" } } } }`);
    expect(sidecar.highlights).toEqual([expect.objectContaining({ text: 'old', pos0: '{"page":4,"x":1,"y":2}' })]);
    expect(sidecar.unusable).toBe(1);
  });

  it('is not what other Lua data is', () => {
    expect(readSidecar(Buffer.from('return { [1] = { ["time"] = 1, ["file"] = "/a" } }'))).toBeUndefined();
    expect(readSidecar(Buffer.from('return "text"'))).toBeUndefined();
  });
});

const DATA = sharedPath();

(DATA === undefined ? describe.skip : describe)('sidecars of a real KOReader', () => {
  it('are read whole: every highlight, dog-ear, place, status and rating', () => {
    const folder = join(DATA ?? '', 'koreader-data');
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /metadata\.\w+\.lua$/.test(path),
    );
    const sidecars = new Map(
      paths.map(
        (path) => [path.slice(0, 8) + basename(dirname(path)), readSidecar(readFileSync(join(folder, path)))] as const,
      ),
    );
    expect(sidecars.size).toBe(9);
    const all = [...sidecars.values()];
    expect(
      all.every((each) => each?.fingerprint !== undefined && each.domVersion !== undefined && each.unusable === 0),
    ).toBe(true);
    expect(all.every((each) => each?.place?.startsWith('/body'))).toBe(true);
    expect(sidecars.get('device-ase-wodehouse-love-among-the-chickens.sdr')).toMatchObject({
      highlights: { length: 11 },
      bookmarks: { length: 1 },
      status: 'reading',
    });
    expect(new Set(all.map((each) => each?.status))).toEqual(new Set(['reading', 'complete', 'abandoned']));
    expect(all.some((each) => each?.rating !== undefined && each.review !== undefined)).toBe(true);
  });
});
