import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A device's sessions of a file that are to be made anew from its page stats. A migration that puts them in doubt writes rows. */
@Entity('session_recounts')
export class SessionRecountEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'session_recounts_pk' })
  @ForeignKey('users', { name: 'session_recounts_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'session_recounts_pk' })
  @ForeignKey('book_files', { name: 'session_recounts_file_fk' })
  bookFileId: number;

  @PrimaryColumn('text', { name: 'device_id', collation: 'C', primaryKeyConstraintName: 'session_recounts_pk' })
  deviceId: string;
}
