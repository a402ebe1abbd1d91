import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** The offset tables of one spine document, for one content of its file: built once, then read by every server process. */
@Entity('position_indexes')
@Check('position_indexes_kind_known', `kind IN ('document', 'svg', 'placeholder')`)
export class PositionIndexEntity {
  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'position_indexes_pk' })
  @ForeignKey('book_files', { name: 'position_indexes_file_fk', onDelete: 'CASCADE' })
  bookFileId: number;

  /** Which bytes of the file it is built from, as `contentOfFile` names them. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'position_indexes_pk' })
  content: string;

  /** `INDEX_VERSION` of the library that built it. */
  @PrimaryColumn('integer', { name: 'index_version', primaryKeyConstraintName: 'position_indexes_pk' })
  indexVersion: number;

  /** The oldest DOM version of crengine whose rules it follows. */
  @PrimaryColumn('integer', { name: 'dom_rules', primaryKeyConstraintName: 'position_indexes_pk' })
  domRules: number;

  @PrimaryColumn('integer', { name: 'spine_index', primaryKeyConstraintName: 'position_indexes_pk' })
  spineIndex: number;

  /** What crengine shows of the document. */
  @Column('text')
  kind: 'document' | 'svg' | 'placeholder';

  /** A serialized index, packed with Brotli. */
  @Column('bytea')
  bytes: Buffer;

  @Column('timestamptz', { name: 'built_at' })
  builtAt: Date;
}
