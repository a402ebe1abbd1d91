import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PlaceColumns } from './place-columns.ts';

/** A place that was news when it came. Only ever added to. */
@Entity('progress_history')
@Index('progress_history_file_idx', ['userId', 'bookFileId', 'sequence'])
@Index('progress_history_sequence_idx', ['sequence'])
@Check('progress_history_source_known', `source IN ('koreader', 'web', 'kobo')`)
export class ProgressHistoryEntity extends PlaceColumns {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'progress_history_pk' })
  @ForeignKey('users', { name: 'progress_history_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'progress_history_pk' })
  sequence: string;

  @Column('integer', { name: 'book_file_id' })
  @ForeignKey('book_files', { name: 'progress_history_file_fk' })
  bookFileId: number;

  @Column('text', { name: 'device_id' })
  deviceId: string;

  /** The document id it came under; null of places by hand, and of before this was kept. */
  @Column('text', { nullable: true })
  document: string | null;

  @Column('integer', { name: 'dom_version', nullable: true })
  domVersion: number | null;
}
