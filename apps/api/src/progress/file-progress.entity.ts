import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { QuotedPlaceColumns } from './quote-columns.ts';

/** The newest place of a user in a file, of whatever source. */
@Entity('file_progress')
@Check('file_progress_source_known', `source IN ('koreader', 'web', 'kobo')`)
@Check('file_progress_percentage_range', `percentage BETWEEN 0 AND 1`)
export class FileProgressEntity extends QuotedPlaceColumns {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'file_progress_pk' })
  @ForeignKey('users', { name: 'file_progress_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'file_progress_pk' })
  @ForeignKey('book_files', { name: 'file_progress_file_fk' })
  bookFileId: number;

  /** Where the place comes from. */
  @Column('text', { name: 'device_id' })
  deviceId: string;

  @Column('integer', { name: 'dom_version', nullable: true })
  domVersion: number | null;

  @Column('bigint')
  sequence: string;
}
