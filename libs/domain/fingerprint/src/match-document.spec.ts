import fc from 'fast-check';
import { matchDocument, type MatchCandidate, type SentDocument } from './match-document.ts';

const HERE = 'a'.repeat(32);
const ELSEWHERE = 'b'.repeat(32);
const BEFORE = 'c'.repeat(32);
const TEXT = ['00000001-64', '00000002-64', '00000003-64', '00000004-64', '00000005-64'];
const MOST_OF_THE_TEXT = [...TEXT.slice(0, 4), '0000000f-64'];
const ANOTHER_TEXT = ['00000011-64', '00000012-64', '00000013-64'];

describe('a document', () => {
  it('is the file the user linked it to, whatever else fits', () => {
    const files = [file(1, { fingerprint: HERE }), file(2, { fingerprint: ELSEWHERE, contentSignature: ANOTHER_TEXT })];
    expect(matchDocument({ fingerprint: HERE, contentSignature: TEXT }, 2, files)).toEqual(matched(2, 'link'));
  });

  it('is found by its fingerprint when the linked file may not be read any more', () => {
    expect(matchDocument({ fingerprint: HERE }, 99, [file(1, { fingerprint: HERE })])).toEqual(matched(1, 'current'));
  });

  it('is the file that has its fingerprint now rather than one that had it', () => {
    const files = [file(1, { formerFingerprints: [HERE] }), file(2, { fingerprint: HERE })];
    expect(matchDocument({ fingerprint: HERE }, undefined, files)).toEqual(matched(2, 'current'));
  });

  it('is the file that had its fingerprint before a rewrite', () => {
    const files = [file(1), file(2, { formerFingerprints: [BEFORE, HERE] })];
    expect(matchDocument({ fingerprint: HERE }, undefined, files)).toEqual(matched(2, 'former'));
  });

  it('is the only book that shares 80 % of its text', () => {
    const files = [file(1, { contentSignature: ANOTHER_TEXT }), file(2, { contentSignature: MOST_OF_THE_TEXT })];
    expect(matchDocument({ fingerprint: HERE, contentSignature: TEXT }, undefined, files)).toEqual(
      matched(2, 'content'),
    );
  });

  it('is unmatched when less than 80 % of its text is known', () => {
    const files = [file(1, { contentSignature: [...TEXT.slice(0, 3), '0000000f-64', '0000000e-64'] })];
    expect(matchDocument({ fingerprint: HERE, contentSignature: TEXT }, undefined, files)).toEqual(UNMATCHED);
  });

  it('asks when two books hold its text', () => {
    const files = [file(2, { contentSignature: TEXT }), file(1, { contentSignature: TEXT })];
    const decision = matchDocument({ fingerprint: HERE, contentSignature: TEXT }, undefined, files);
    expect(decision).toEqual({ kind: 'ask', candidates: [files[1], files[0]], reason: 'several_books' });
  });

  it('is found by another fingerprint on record only when title or authors agree', () => {
    const files = [file(1, { fingerprint: ELSEWHERE, title: 'Emma', authors: ['Jane Austen'] })];
    const sent = { fingerprint: HERE, alsoKnownAs: [ELSEWHERE] };
    expect(matchDocument({ ...sent, title: 'EMMA.' }, undefined, files)).toEqual(matched(1, 'alias'));
    expect(matchDocument({ ...sent, authors: 'Austen, Jane' }, undefined, files)).toEqual(matched(1, 'alias'));
    expect(matchDocument({ ...sent, title: 'Persuasion' }, undefined, files)).toEqual(UNMATCHED);
    expect(matchDocument(sent, undefined, files)).toEqual(UNMATCHED);
  });
});

describe('different books that share a fingerprint', () => {
  const spanish = file(1, { fingerprint: HERE, contentSignature: TEXT, title: 'Guía', authors: ['Ubuntu'] });
  const ukrainian = file(2, {
    fingerprint: HERE,
    contentSignature: ANOTHER_TEXT,
    title: 'Посібник',
    authors: ['Ubuntu'],
  });
  const files = [spanish, ukrainian];

  it('are told apart by their text', () => {
    expect(matchDocument({ fingerprint: HERE, contentSignature: ANOTHER_TEXT }, undefined, files)).toEqual(
      matched(2, 'current'),
    );
  });

  it('are told apart by title and authors when the device sends no signature', () => {
    const sent = { fingerprint: HERE, title: 'guia', authors: 'Ubuntu' };
    expect(matchDocument(sent, undefined, files)).toEqual(matched(1, 'current'));
    expect(matchDocument({ ...sent, authors: 'Debian' }, undefined, files)).toEqual(
      { kind: 'ask', candidates: files, reason: 'several_books' },
    ); // prettier-ignore
  });

  it('are a question when nothing tells them apart, even if a third book had the fingerprint once', () => {
    const third = file(3, { formerFingerprints: [HERE] });
    expect(matchDocument({ fingerprint: HERE }, undefined, [...files, third])).toEqual(
      { kind: 'ask', candidates: files, reason: 'several_books' },
    ); // prettier-ignore
  });
});

describe('a single file with the fingerprint but another text', () => {
  const sent = { fingerprint: HERE, contentSignature: TEXT };
  const wrong = file(1, { fingerprint: HERE, contentSignature: ANOTHER_TEXT });

  it('is a question, no match', () => {
    expect(matchDocument(sent, undefined, [wrong])).toEqual({
      kind: 'ask',
      candidates: [wrong],
      reason: 'other_content',
    });
  });

  it('gives way to the one book that has the text', () => {
    const right = file(2, { contentSignature: MOST_OF_THE_TEXT });
    expect(matchDocument(sent, undefined, [wrong, right])).toEqual(matched(2, 'content'));
  });

  it('still matches when a fifth of the text is shared', () => {
    const edited = file(1, { fingerprint: HERE, contentSignature: [TEXT[0] ?? '', ...ANOTHER_TEXT] });
    expect(matchDocument(sent, undefined, [edited])).toEqual(matched(1, 'current'));
  });
});

describe('copies of one book', () => {
  const copies = [
    file(1, { bookId: 7, fingerprint: HERE }),
    file(2, { bookId: 7, fingerprint: HERE, isPrimary: true }),
    file(3, { bookId: 7, fingerprint: HERE, lastReadAt: 100 }),
    file(4, { bookId: 7, fingerprint: HERE, lastReadAt: 200 }),
  ];

  it.each([
    ['the one read last', copies, 4],
    ['then the primary file', copies.slice(0, 2), 2],
    ['then the lowest id', [file(9, { bookId: 7, fingerprint: HERE }), file(8, { bookId: 7, fingerprint: HERE })], 8],
  ])('are resolved to %s', (_, files, expected) => {
    expect(matchDocument({ fingerprint: HERE }, undefined, files)).toEqual({
      ...matched(expected, 'current'),
      isOneOfSeveral: true,
    });
  });

  it('stay with the one the document was taken for before, whatever is read elsewhere since', () => {
    const [remembered, ...others] = copies;
    const known = [...others, { ...file(1, { bookId: 7, fingerprint: HERE }), isRemembered: true }];
    expect(remembered?.bookFileId).toBe(1);
    expect(matchDocument({ fingerprint: HERE }, undefined, known)).toMatchObject(matched(1, 'current'));
    expect(matchDocument({ fingerprint: HERE }, 4, known)).toEqual(matched(4, 'link'));
  });
});

describe('one file in several libraries', () => {
  const twice = [
    file(1, { fingerprint: HERE, size: 5000 }),
    file(2, { fingerprint: HERE, size: 5000, lastReadAt: 100 }),
  ];

  it('is resolved like copies of one book, because no answer would be better than another', () => {
    expect(matchDocument({ fingerprint: HERE }, undefined, twice)).toMatchObject(matched(2, 'current'));
    const texts = twice.map((each) => ({ ...each, contentSignature: TEXT }));
    expect(matchDocument({ fingerprint: HERE }, undefined, texts)).toMatchObject(matched(2, 'current'));
    expect(matchDocument({ fingerprint: BEFORE, contentSignature: TEXT }, undefined, texts)).toMatchObject(
      matched(2, 'content'),
    );
  });

  it.each([
    ['size', [{ size: 5000 }, { size: 5001 }]],
    ['text', [{ contentSignature: TEXT }, { contentSignature: ANOTHER_TEXT }]],
    ['text, known of one only', [{ contentSignature: TEXT }, {}]],
  ])('is a question when the files differ in %s', (_, [a, b]) => {
    const files = [file(1, { fingerprint: HERE, ...a }), file(2, { fingerprint: HERE, ...b })];
    expect(matchDocument({ fingerprint: HERE }, undefined, files)).toEqual({
      kind: 'ask',
      candidates: files,
      reason: 'several_books',
    });
  });
});

describe('the decision', () => {
  it('does not depend on the order of the candidates, nor on candidates that fit in no way', () =>
    fc.assert(
      fc.property(
        documents(),
        fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        shuffledFiles(),
        (sent, link, [files, shuffled]) => {
          const stranger = file(100, {
            fingerprint: 'f'.repeat(32),
            contentSignature: ['0f0f0f0f-1', '0f0f0f0f-2', '0f0f0f0f-3'],
          });
          expect(matchDocument(sent, link, [stranger, ...shuffled])).toEqual(matchDocument(sent, link, files));
        },
      ),
    ));

  it('only ever names candidates, and never one whose text is known to be another', () =>
    fc.assert(
      fc.property(documents(), shuffledFiles(), (sent, [files]) => {
        const decision = matchDocument(sent, undefined, files);
        if (decision.kind === 'ask') expect(files).toEqual(expect.arrayContaining([...decision.candidates]));
        if (decision.kind !== 'matched') return;
        const chosen = files.find(({ bookFileId }) => bookFileId === decision.bookFileId);
        const isOther = sent.contentSignature === TEXT && chosen?.contentSignature === ANOTHER_TEXT;
        expect([chosen === undefined, isOther]).toEqual([false, false]);
      }),
    ));
});

const UNMATCHED = { kind: 'unmatched' };

function matched(bookFileId: number, matchedBy: string) {
  return { kind: 'matched', bookFileId, matchedBy };
}

function file(bookFileId: number, facts: Partial<MatchCandidate> = {}): MatchCandidate {
  return {
    bookFileId,
    bookId: bookFileId,
    fingerprint: String(bookFileId).padStart(32, '0'),
    formerFingerprints: [],
    size: 1000 + bookFileId,
    title: `Book ${bookFileId}`,
    authors: [],
    isPrimary: false,
    ...facts,
  };
}

const texts = () => fc.constantFrom(undefined, TEXT, MOST_OF_THE_TEXT, ANOTHER_TEXT);
const fingerprints = () => fc.constantFrom(HERE, ELSEWHERE, BEFORE);

function documents(): fc.Arbitrary<SentDocument> {
  return fc.record({
    fingerprint: fingerprints(),
    contentSignature: texts(),
    alsoKnownAs: fc.subarray([HERE, ELSEWHERE, BEFORE]),
    title: fc.constantFrom(undefined, 'One', 'Two'),
    authors: fc.constantFrom(undefined, 'A', 'B'),
  });
}

function shuffledFiles(): fc.Arbitrary<[MatchCandidate[], MatchCandidate[]]> {
  const facts = fc.record({
    bookId: fc.integer({ min: 1, max: 3 }),
    fingerprint: fingerprints(),
    formerFingerprints: fc.subarray([HERE, ELSEWHERE, BEFORE]),
    contentSignature: texts(),
    size: fc.constantFrom(1000, 2000),
    title: fc.constantFrom('One', 'Two'),
    authors: fc.subarray(['A', 'B']),
    isPrimary: fc.boolean(),
    lastReadAt: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
  });
  return fc
    .array(facts, { maxLength: 6 })
    .map((all) => all.map((each, i) => file(i + 1, each)))
    .chain((files) =>
      fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length, maxLength: files.length })),
    );
}
