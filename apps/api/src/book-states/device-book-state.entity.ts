import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { DeviceStatus } from '@bookorbit/domain-book-state';

/** What a device last said of a file: merging three ways begins here. Each file on a device has a sidecar of its own. */
@Entity('device_book_states')
export class DeviceBookStateEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'device_book_states_pk' })
  @ForeignKey('users', { name: 'device_book_states_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'device_book_states_pk' })
  @ForeignKey('book_files', { name: 'device_book_states_file_fk' })
  bookFileId: number;

  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'device_book_states_pk' })
  deviceId: string;

  /** null: it never said one. */
  @Column('text', { nullable: true })
  status: DeviceStatus | null;

  @Column('boolean', { name: 'knows_rating', default: false })
  knowsRating: boolean;

  @Column('integer', { nullable: true })
  rating: number | null;

  @Column('boolean', { name: 'knows_review', default: false })
  knowsReview: boolean;

  @Column('text', { nullable: true })
  review: string | null;

  /** The rating it was last answered with, which it may have taken over; null: none. */
  @Column('integer', { name: 'given_rating', nullable: true })
  givenRating: number | null;

  /** Likewise. */
  @Column('text', { name: 'given_review', nullable: true })
  givenReview: string | null;
}
