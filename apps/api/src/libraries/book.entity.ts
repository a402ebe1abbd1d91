import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { BookFormat } from '@bookorbit/contracts';
import { LibraryEntity } from './library.entity.ts';

/** A work, with what its primary file says of it. The columns from `formats` to `isListed` follow from its files. */
@Entity('books')
@Index('books_search_idx', { synchronize: false })
@Index('books_library_idx', ['libraryId'])
@Index('books_group_idx', ['libraryId', 'groupKey'])
@Index('books_title_idx', ['sortTitle', 'id'])
@Index('books_author_idx', { synchronize: false })
@Index('books_series_idx', { synchronize: false })
@Index('books_added_idx', ['addedAt', 'id'])
export class BookEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'books_pk',
  })
  id: number;

  @Column('integer', { name: 'library_id' })
  @ForeignKey(() => LibraryEntity, { name: 'books_library_fk' })
  libraryId: number;

  @Column('text')
  title: string;

  /** Folded: no accents, no case, no leading article. */
  @Column('text', { name: 'sort_title' })
  sortTitle: string;

  @Column('text', { array: true, default: () => "'{}'" })
  authors: string[];

  /** Folded, surname first. */
  @Column('text', { name: 'author_sort', default: '' })
  authorSort: string;

  @Column('text', { nullable: true })
  series: string | null;

  @Column('text', { name: 'series_sort', default: '' })
  seriesSort: string;

  @Column('double precision', { name: 'series_index', nullable: true })
  seriesIndex: number | null;

  @Column('text', { nullable: true })
  language: string | null;

  @Column('text', { nullable: true })
  isbn: string | null;

  /** `scheme:value`. */
  @Column('text', { array: true, default: () => "'{}'" })
  identifiers: string[];

  @Column('text', { nullable: true })
  publisher: string | null;

  @Column('text', { nullable: true })
  published: string | null;

  @Column('text', { nullable: true })
  description: string | null;

  /** Title, authors, series and ISBN, folded. */
  @Column('text')
  search: string;

  /** Equal for files that are the same work by title and authors; null when they say too little. */
  @Column('character', { name: 'group_key', length: 32, nullable: true })
  groupKey: string | null;

  /** Of its files, the primary one's first. */
  @Column('text', { array: true, default: () => "'{}'" })
  formats: BookFormat[];

  /** Some file of it that is on disk has a stated problem. */
  @Column('boolean', { name: 'has_problem', default: false })
  hasProblem: boolean;

  /** None of its files is on disk now. */
  @Column('boolean', { name: 'is_missing', default: false })
  isMissing: boolean;

  /** Some file of it lies, or lay, in a folder that still belongs to a library. */
  @Column('boolean', { name: 'is_listed', default: true })
  isListed: boolean;

  /** 0 without a cover; raised whenever the cover may look different. */
  @Column('integer', { name: 'cover_version', default: 0 })
  coverVersion: number;

  @Column('timestamptz', { name: 'added_at' })
  addedAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
