import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A chapter that cannot be unpacked, for one content of its file. */
@Entity('damaged_chapters')
export class DamagedChapterEntity {
  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'damaged_chapters_pk' })
  @ForeignKey('book_files', { name: 'damaged_chapters_file_fk', onDelete: 'CASCADE' })
  bookFileId: number;

  /** Which bytes of the file it is damaged in, as `contentOfFile` names them. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'damaged_chapters_pk' })
  content: string;

  @PrimaryColumn('integer', { name: 'spine_index', primaryKeyConstraintName: 'damaged_chapters_pk' })
  spineIndex: number;

  /** Its path in the zip, for people. */
  @Column('text')
  name: string;

  @Column('timestamptz', { name: 'found_at' })
  foundAt: Date;
}
