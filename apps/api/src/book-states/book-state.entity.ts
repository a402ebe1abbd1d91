import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ReadingStatus } from '@bookorbit/domain-book-state';

/** Where a user stands with a book, and what they think of it. Each field has its own time. */
@Entity('book_states')
@Check(
  'book_states_status_known',
  `status IN ('unread', 'want_to_read', 'reading', 'on_hold', 'rereading', 'finished', 'abandoned')`,
)
@Check('book_states_set_by_known', `status_set_by IN ('user', 'progress')`)
@Check('book_states_rating_range', `rating BETWEEN 1 AND 5`)
export class BookStateEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'book_states_pk' })
  @ForeignKey('users', { name: 'book_states_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_id', primaryKeyConstraintName: 'book_states_pk' })
  @ForeignKey('books', { name: 'book_states_book_fk' })
  bookId: number;

  @Column('text', { default: 'unread' })
  status: ReadingStatus;

  /** null: nobody set it yet. */
  @Column('text', { name: 'status_set_by', nullable: true })
  statusSetBy: 'user' | 'progress' | null;

  @Column('timestamptz', { name: 'status_at', nullable: true })
  statusAt: Date | null;

  /** When the user last chose it, whatever steps came after. */
  @Column('timestamptz', { name: 'status_chosen_at', nullable: true })
  statusChosenAt: Date | null;

  @Column('integer', { nullable: true })
  rating: number | null;

  /** Set too when the rating was cleared. */
  @Column('timestamptz', { name: 'rating_at', nullable: true })
  ratingAt: Date | null;

  @Column('text', { nullable: true })
  review: string | null;

  /** Set too when the review was cleared. */
  @Column('timestamptz', { name: 'review_at', nullable: true })
  reviewAt: Date | null;
}

/** One time a user read a book. */
@Entity('book_readings')
@Index('book_readings_ended_idx', ['userId', 'endedAt'])
@Check('book_readings_outcome_known', `outcome IN ('finished', 'abandoned')`)
export class BookReadingEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'book_readings_pk' })
  @ForeignKey('users', { name: 'book_readings_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_id', primaryKeyConstraintName: 'book_readings_pk' })
  @ForeignKey('books', { name: 'book_readings_book_fk' })
  bookId: number;

  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'book_readings_pk' })
  ordinal: number;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { nullable: true })
  outcome: 'finished' | 'abandoned' | null;
}
