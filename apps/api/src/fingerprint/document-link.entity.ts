import { Check, Column, Entity, ForeignKey, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A document tied to a file by its user, or by its content. */
@Entity('document_links')
@Unique('document_links_document_unique', ['userId', 'document'])
@Check('document_links_origin_known', `origin IN ('manual', 'content')`)
export class DocumentLinkEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'document_links_pk',
  })
  id: number;

  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'document_links_pk' })
  @ForeignKey('users', { name: 'document_links_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @Column('text')
  document: string;

  @Column('integer', { name: 'book_file_id' })
  @ForeignKey('book_files', { name: 'document_links_file_fk' })
  bookFileId: number;

  @Column('text')
  origin: 'manual' | 'content';

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}

/** A file a document was taken for, and which the user said it is not. */
@Entity('refused_matches')
export class RefusedMatchEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'refused_matches_pk' })
  @ForeignKey('users', { name: 'refused_matches_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'refused_matches_pk' })
  document: string;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'refused_matches_pk' })
  @ForeignKey('book_files', { name: 'refused_matches_file_fk' })
  bookFileId: number;

  @Column('timestamptz', { name: 'refused_at' })
  refusedAt: Date;
}
