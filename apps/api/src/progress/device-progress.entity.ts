import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { QuotedPlaceColumns } from './quote-columns.ts';

/** The last place of one source of a user in a file. */
@Entity('device_progress')
@Check('device_progress_source_known', `source IN ('koreader', 'web', 'kobo')`)
@Check('device_progress_percentage_range', `percentage BETWEEN 0 AND 1`)
export class DeviceProgressEntity extends QuotedPlaceColumns {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'device_progress_pk' })
  @ForeignKey('users', { name: 'device_progress_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'device_progress_pk' })
  @ForeignKey('book_files', { name: 'device_progress_file_fk' })
  bookFileId: number;

  /** The device, or the fixed id of the web reader or Kobo. */
  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'device_progress_pk' })
  deviceId: string;

  /** The document id it came under: a link undone takes along what came under its document. */
  @Column('text', { nullable: true })
  document: string | null;

  @Column('integer', { name: 'dom_version', nullable: true })
  domVersion: number | null;

  @Column('bigint')
  sequence: string;
}
