import { Injectable } from '@nestjs/common';
import {
  type BookReading,
  type DeviceStatus,
  type ReadingStatus,
  type SteppingPlace,
  type StatusThresholds,
  USUAL_THRESHOLDS,
} from '@bookorbit/domain-book-state';
import type { EntityManager } from 'typeorm';

/** Where a user stands with a book. Times are unix seconds. */
export interface StoredBookState {
  readonly status: ReadingStatus;
  /** undefined: nobody set it yet. */
  readonly statusSetBy?: 'user' | 'progress';
  readonly statusAt?: number;
  /** When the user last chose it, whatever steps came after; undefined when they never did. */
  readonly statusChosenAt?: number;
  readonly rating: number | null;
  readonly ratingAt?: number;
  readonly review: string | null;
  readonly reviewAt?: number;
  /** Oldest first. */
  readonly readings: readonly BookReading[];
}

/** What a device last said; undefined where it never spoke. */
export interface DeviceBookState {
  readonly status?: DeviceStatus;
  readonly rating?: number | null;
  readonly review?: string | null;
  /** What it was last answered with; undefined where that was nothing. */
  readonly givenRating?: number;
  readonly givenReview?: string;
}

/** All that is known before a device's word on a file comes in. */
export interface KnownBookState {
  readonly bookFileId: number;
  readonly bookId: number;
  readonly state: StoredBookState;
  readonly device: DeviceBookState;
  readonly thresholds: StatusThresholds;
  readonly timeZone: string;
  /** Where each file of the book was last read, with a known time; none where no device speaks. */
  readonly places: readonly SteppingPlace[];
}

interface StateRow {
  status: ReadingStatus | null;
  status_set_by: 'user' | 'progress' | null;
  status_at: Date | null;
  status_chosen_at: Date | null;
  rating: number | null;
  rating_at: Date | null;
  review: string | null;
  review_at: Date | null;
  readings: { started_at: number | null; ended_at: number | null; outcome: 'finished' | 'abandoned' | null }[] | null;
}

interface KnownRow extends StateRow {
  book_file_id: number;
  book_id: number;
  device_status: DeviceStatus | null;
  knows_rating: boolean | null;
  device_rating: number | null;
  knows_review: boolean | null;
  device_review: string | null;
  given_rating: number | null;
  given_review: string | null;
  reading_from: number | null;
  finished_from: number | null;
  time_zone: string;
  places: { percentage: number; read_at: number }[] | null;
}

const STATE_COLUMNS = `s.status, s.status_set_by, s.status_at, s.status_chosen_at, s.rating, s.rating_at, s.review, s.review_at,
  (SELECT json_agg(json_build_object('started_at', extract(epoch FROM r.started_at)::float8, 'ended_at', extract(epoch FROM r.ended_at)::float8,
     'outcome', r.outcome) ORDER BY r.ordinal)
   FROM book_readings r WHERE r.user_id = $1 AND r.book_id = b.id) AS readings`;

const FIND_KNOWN = `
  SELECT f.id AS book_file_id, b.id AS book_id, u.time_zone, t.reading AS reading_from, t.finished AS finished_from,
         k.status AS device_status, k.knows_rating, k.rating AS device_rating, k.knows_review, k.review AS device_review,
         k.given_rating, k.given_review, ${STATE_COLUMNS},
         CASE WHEN $3::text IS NOT NULL THEN (
           SELECT json_agg(json_build_object('percentage', p.percentage, 'read_at', extract(epoch FROM p.read_at)::float8))
           FROM book_files o JOIN file_progress p ON p.user_id = $1 AND p.book_file_id = o.id
           WHERE o.book_id = b.id AND p.read_at IS NOT NULL) END AS places
  FROM book_files f JOIN books b ON b.id = f.book_id JOIN users u ON u.id = $1
  LEFT JOIN library_status_thresholds t ON t.library_id = f.library_id
  LEFT JOIN book_states s ON s.user_id = $1 AND s.book_id = b.id
  LEFT JOIN device_book_states k ON k.user_id = $1 AND k.book_file_id = f.id AND k.device_id = $3
  WHERE f.id = ANY ($2::int[])`;

const SAVE = `
  WITH sent AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS r (book_id int, status text, status_set_by text, status_at float8, status_chosen_at float8, rating int,
      rating_at float8, review text, review_at float8, readings jsonb)
  ), gone AS (
    DELETE FROM book_readings r USING sent s WHERE r.user_id = $1 AND r.book_id = s.book_id AND r.ordinal > jsonb_array_length(s.readings)
  ), kept AS (
    INSERT INTO book_readings (user_id, book_id, ordinal, started_at, ended_at, outcome)
    SELECT $1, s.book_id, r.ordinal, to_timestamp((r.reading ->> 'startedAt')::float8), to_timestamp((r.reading ->> 'endedAt')::float8),
           r.reading ->> 'outcome'
    FROM sent s, jsonb_array_elements(s.readings) WITH ORDINALITY AS r (reading, ordinal)
    ON CONFLICT (user_id, book_id, ordinal) DO UPDATE SET
      started_at = excluded.started_at, ended_at = excluded.ended_at, outcome = excluded.outcome
  )
  INSERT INTO book_states (user_id, book_id, status, status_set_by, status_at, status_chosen_at, rating, rating_at, review, review_at)
  SELECT $1, book_id, status, status_set_by, to_timestamp(status_at), to_timestamp(status_chosen_at), rating, to_timestamp(rating_at), review, to_timestamp(review_at) FROM sent
  ON CONFLICT (user_id, book_id) DO UPDATE SET
    status = excluded.status, status_set_by = excluded.status_set_by, status_at = excluded.status_at,
    status_chosen_at = excluded.status_chosen_at, rating = excluded.rating,
    rating_at = excluded.rating_at, review = excluded.review, review_at = excluded.review_at`;

const SAVE_DEVICE = `
  INSERT INTO device_book_states (user_id, book_file_id, device_id, status, knows_rating, rating, knows_review, review, given_rating, given_review)
  SELECT $1, book_file_id, $3, status, knows_rating, rating, knows_review, review, given_rating, given_review
  FROM jsonb_to_recordset($2::jsonb) AS r (book_file_id int, status text, knows_rating boolean, rating int, knows_review boolean, review text,
    given_rating int, given_review text)
  ON CONFLICT (user_id, book_file_id, device_id) DO UPDATE SET
    status = excluded.status, knows_rating = excluded.knows_rating, rating = excluded.rating, knows_review = excluded.knows_review,
    review = excluded.review, given_rating = excluded.given_rating, given_review = excluded.given_review`;

@Injectable()
export class BookStateRepository {
  /** What is known for each of the files, by file id; the same for all files of a book but for what the device said. */
  async findKnown(
    tx: EntityManager,
    userId: number,
    bookFileIds: readonly number[],
    deviceId: string | null,
  ): Promise<ReadonlyMap<number, KnownBookState>> {
    const rows = await tx.query<KnownRow[]>(FIND_KNOWN, [userId, bookFileIds, deviceId]);
    return new Map(rows.map((row) => [row.book_file_id, knownOf(row)]));
  }

  /** The state of a book; that of an untouched one when nothing is known. */
  async find(tx: EntityManager, userId: number, bookId: number): Promise<StoredBookState> {
    const [row] = await tx.query<StateRow[]>(
      `SELECT ${STATE_COLUMNS} FROM books b LEFT JOIN book_states s ON s.user_id = $1 AND s.book_id = b.id WHERE b.id = $2`,
      [userId, bookId],
    );
    if (!row) throw new Error('the book was there a moment ago');
    return stateOf(row);
  }

  async save(tx: EntityManager, userId: number, states: ReadonlyMap<number, StoredBookState>): Promise<void> {
    await tx.query(SAVE, [userId, JSON.stringify([...states].map(([bookId, state]) => recordOf(bookId, state)))]);
  }

  async saveDevice(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    states: ReadonlyMap<number, DeviceBookState>,
  ): Promise<void> {
    const records = [...states].map(([bookFileId, { status, rating, review, givenRating, givenReview }]) => ({
      book_file_id: bookFileId,
      status,
      knows_rating: rating !== undefined,
      rating,
      knows_review: review !== undefined,
      review,
      given_rating: givenRating,
      given_review: givenReview,
    }));
    await tx.query(SAVE_DEVICE, [userId, JSON.stringify(records), deviceId]);
  }
}

function knownOf(row: KnownRow): KnownBookState {
  return {
    bookFileId: row.book_file_id,
    bookId: row.book_id,
    state: stateOf(row),
    device: {
      status: row.device_status ?? undefined,
      rating: row.knows_rating ? row.device_rating : undefined,
      review: row.knows_review ? row.device_review : undefined,
      givenRating: row.given_rating ?? undefined,
      givenReview: row.given_review ?? undefined,
    },
    thresholds:
      row.reading_from !== null && row.finished_from !== null
        ? { reading: row.reading_from, finished: row.finished_from }
        : USUAL_THRESHOLDS,
    timeZone: row.time_zone,
    places: (row.places ?? []).map(({ percentage, read_at }) => ({ percentage, readAt: read_at })),
  };
}

function stateOf(row: StateRow): StoredBookState {
  return {
    status: row.status ?? 'unread',
    statusSetBy: row.status_set_by ?? undefined,
    statusAt: secondsOf(row.status_at),
    statusChosenAt: secondsOf(row.status_chosen_at),
    rating: row.rating,
    ratingAt: secondsOf(row.rating_at),
    review: row.review,
    reviewAt: secondsOf(row.review_at),
    readings: (row.readings ?? []).map(({ started_at, ended_at, outcome }) => ({
      startedAt: started_at ?? undefined,
      endedAt: ended_at ?? undefined,
      outcome: outcome ?? undefined,
    })),
  };
}

function recordOf(bookId: number, state: StoredBookState) {
  return {
    book_id: bookId,
    status: state.status,
    status_set_by: state.statusSetBy,
    status_at: state.statusAt,
    status_chosen_at: state.statusChosenAt,
    rating: state.rating,
    rating_at: state.ratingAt,
    review: state.review,
    review_at: state.reviewAt,
    readings: state.readings,
  };
}

function secondsOf(time: Date | null): number | undefined {
  return time === null ? undefined : Math.floor(time.getTime() / 1000);
}
