import { Injectable } from '@nestjs/common';
import type { BookState, BookStateChange } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { AccessibleFiles } from '../libraries/index.ts';
import { BookStateRepository, type StoredBookState } from './book-state.repository.ts';
import { withStatus } from './with-status.ts';

/** What a person says of a book on the web: a choice, which no automatic step made before it overrides. */
@Injectable()
export class ChangeBookState {
  constructor(
    private readonly transaction: Transaction,
    private readonly files: AccessibleFiles,
    private readonly states: BookStateRepository,
    private readonly clock: Clock,
  ) {}

  find(userId: number, bookId: number): Promise<BookState> {
    return this.transaction.run(async (tx) => {
      await this.filesOf(tx, userId, bookId);
      return answerOf(await this.states.find(tx, userId, bookId));
    });
  }

  change(userId: number, bookId: number, change: BookStateChange): Promise<BookState> {
    return this.transaction.run(async (tx) => {
      await lockFiles(tx, userId, await this.filesOf(tx, userId, bookId));
      return answerOf(await this.apply(tx, userId, bookId, change));
    });
  }

  /** Inside the caller's transaction, the files of the book locked. */
  async apply(tx: EntityManager, userId: number, bookId: number, change: BookStateChange): Promise<StoredBookState> {
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const before = await this.states.find(tx, userId, bookId);
    const state = {
      ...(change.status === undefined ? before : withStatus(before, change.status, 'user', now)),
      ...(isSaid(change.rating, before.rating) && { rating: change.rating, ratingAt: now }),
      ...(isSaid(change.review, before.review) && { review: change.review || null, reviewAt: now }),
    };
    await this.states.save(tx, userId, new Map([[bookId, state]]));
    return state;
  }

  /** The user begins a book anew: one they finished is read again. Inside the caller's transaction, the files locked. */
  async startOver(tx: EntityManager, userId: number, bookId: number): Promise<void> {
    const { status } = await this.states.find(tx, userId, bookId);
    if (status === 'finished') await this.apply(tx, userId, bookId, { status: 'rereading' });
  }

  /** The user was not as far as that: an end only progress noticed is taken back. Inside the caller's transaction, the files locked. */
  async stepBack(tx: EntityManager, userId: number, bookId: number): Promise<void> {
    const { status, statusSetBy } = await this.states.find(tx, userId, bookId);
    if (status === 'finished' && statusSetBy === 'progress')
      await this.apply(tx, userId, bookId, { status: 'reading' });
  }

  private async filesOf(tx: EntityManager, userId: number, bookId: number): Promise<number[]> {
    const files = await this.files.findFilesOfBook(tx, userId, bookId);
    if (files.length === 0) throw new Refusal('not_found', 'There is no such book.');
    return files.map(({ id }) => id);
  }
}

/** Clearing what is not there says nothing that a device's word would have to give way to. */
function isSaid<T>(change: T | null | undefined, before: T | null): change is T | null {
  return change !== undefined && (Boolean(change) || before !== null);
}

function answerOf(state: StoredBookState): BookState {
  return {
    status: state.status,
    ...(state.statusSetBy && { statusSetBy: state.statusSetBy }),
    ...(state.statusAt !== undefined && { statusAt: isoOf(state.statusAt) }),
    ...(state.rating !== null && { rating: state.rating }),
    ...(state.review !== null && { review: state.review }),
    readings: state.readings.map(({ startedAt, endedAt, outcome }) => ({
      ...(startedAt !== undefined && { startedAt: isoOf(startedAt) }),
      ...(endedAt !== undefined && { endedAt: isoOf(endedAt) }),
      ...(outcome && { outcome }),
    })),
  };
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
