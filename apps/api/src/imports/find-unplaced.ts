import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BookTranslator } from '../positions/index.ts';
import type { DocumentJournal, DocumentOutcome } from './import.repository.ts';

/** A person reads of this many. */
const MOST_NAMED = 20;
const MOST_TEXT = 200;

/** Looks up which new highlights of an import are found in the text of the book as it is here. */
@Injectable()
export class FindUnplaced {
  constructor(
    private readonly dataSource: DataSource,
    private readonly translator: BookTranslator,
  ) {}

  async run(outcome: DocumentOutcome, journal: DocumentJournal | undefined): Promise<DocumentOutcome> {
    if (outcome.kind !== 'book' || !outcome.book.highlights || !journal) return outcome;
    const asked = journal.annotations.flatMap(({ before, after }) => {
      const { place, text } = after.fields;
      return !before && after.kind === 'highlight' && place?.format === 'xpointer' ? [{ place, text }] : [];
    });
    const found = await this.translator.translate(
      this.dataSource.manager,
      { bookFileId: journal.bookFileId },
      asked.map(({ place, text }) => ({
        from: 'xpointer',
        to: 'cfi',
        start: place.pos0,
        end: place.pos1,
        text: text === '' ? undefined : text,
        domVersion: place.domVersion,
      })),
    );
    const unplaced = asked.flatMap(({ text }, n) => {
      const answer = found[n];
      if (answer?.kind === 'exact' || answer?.kind === 'repaired') return [];
      const reason = answer?.kind === 'lost' ? answer.reason : 'only a place nearby was found';
      return [{ text: (text ?? '').slice(0, MOST_TEXT).toWellFormed(), reason }];
    });
    const highlights = {
      ...outcome.book.highlights,
      unplaced: unplaced.slice(0, MOST_NAMED),
      unplacedTotal: unplaced.length,
    };
    return { ...outcome, book: { ...outcome.book, highlights } };
  }
}
