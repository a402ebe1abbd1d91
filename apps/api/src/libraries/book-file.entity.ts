import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { BookFormat } from '@bookorbit/contracts';
import { BookEntity } from './book.entity.ts';
import { LibraryEntity, LibraryFolderEntity } from './library.entity.ts';

/** bigint columns that hold bytes, milliseconds or counts: all far below 2^53. */
const AS_NUMBER = { to: (value: number) => value, from: (value: string) => Number(value) };

/** One stored file. The row outlives the file: what people read in it hangs on it. */
@Entity('book_files')
@Index('book_files_path_unique', { synchronize: false })
@Index('book_files_path_idx', { synchronize: false })
@Index('book_files_stem_idx', ['folderId', 'stemKey'])
@Index('book_files_inode_idx', ['inode'])
@Index('book_files_fingerprint_idx', ['fingerprint'])
@Index('book_files_name_md5_idx', ['nameMd5'])
@Index('book_files_book_idx', ['bookId'])
@Index('book_files_library_idx', ['libraryId'])
@Check('book_files_format_known', `format IN ('epub', 'kepub', 'pdf', 'cbz', 'fb2', 'mobi', 'azw3')`)
@Check('book_files_title_from_known', `title_from IN ('content', 'name')`)
export class BookFileEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'book_files_pk',
  })
  id: number;

  @Column('integer', { name: 'book_id' })
  @ForeignKey(() => BookEntity, { name: 'book_files_book_fk' })
  bookId: number;

  /** The library it can be read in; null while its folder is removed or its library deleted. */
  @Column('integer', { name: 'library_id', nullable: true })
  @ForeignKey(() => LibraryEntity, { name: 'book_files_library_fk' })
  libraryId: number | null;

  @Column('integer', { name: 'folder_id' })
  @ForeignKey(() => LibraryFolderEntity, { name: 'book_files_folder_fk' })
  folderId: number;

  /** Below its folder, as `pathText` writes it. */
  @Column('text')
  path: string;

  /** Equal for files of one folder that differ in their ending only. */
  @Column('character', { name: 'stem_key', length: 32 })
  stemKey: string;

  /** Base name for people: bytes that are no text are shown as U+FFFD. */
  @Column('text')
  name: string;

  /** md5 of the base name's bytes: KOReader can match by file name. */
  @Column('character', { name: 'name_md5', length: 32 })
  nameMd5: string;

  @Column('text')
  format: BookFormat;

  /** Bytes. */
  @Column('bigint', { transformer: AS_NUMBER })
  size: number;

  /** Milliseconds since 1970. */
  @Column('bigint', { name: 'mtime_ms', transformer: AS_NUMBER })
  mtimeMs: number;

  /** `device:inode`. */
  @Column('text')
  inode: string;

  /** KOReader's partial md5; null when the file could never be read. */
  @Column('character', { length: 32, nullable: true })
  fingerprint: string | null;

  @Column('text', { name: 'content_signature', array: true, nullable: true })
  contentSignature: string[] | null;

  /** As this file says; the book shows what its primary file says. */
  @Column('text')
  title: string;

  @Column('text', { name: 'title_from' })
  titleFrom: 'content' | 'name';

  @Column('text', { array: true, default: () => "'{}'" })
  authors: string[];

  /** `scheme:value`. */
  @Column('text', { array: true, default: () => "'{}'" })
  identifiers: string[];

  /** itemrefs of an EPUB, broken ones too. */
  @Column('integer', { name: 'spine_items', nullable: true })
  spineItems: number | null;

  @Column('integer', { name: 'page_count', nullable: true })
  pageCount: number | null;

  @Column('boolean', { name: 'has_cover', default: false })
  hasCover: boolean;

  @Column('text', { name: 'problem_code', nullable: true })
  problemCode: string | null;

  @Column('text', { name: 'problem_message', nullable: true })
  problemMessage: string | null;

  @Column('boolean', { name: 'is_primary', default: false })
  isPrimary: boolean;

  @Column('timestamptz', { name: 'missing_since', nullable: true })
  missingSince: Date | null;

  @Column('timestamptz', { name: 'added_at' })
  addedAt: Date;

  @Column('timestamptz', { name: 'content_changed_at' })
  contentChangedAt: Date;

  /** Version of the book reader that read it; an older one makes the next scan read it again. */
  @Column('integer', { name: 'reader_version' })
  readerVersion: number;
}

/** A fingerprint a book file has, or had before it was changed. */
@Entity('file_identities')
@Index('file_identities_book_file_idx', ['bookFileId'])
@Check('file_identities_origin_known', `origin IN ('scan', 'rewrite', 'kepub', 'download')`)
export class FileIdentityEntity {
  @PrimaryColumn('character', { length: 32, primaryKeyConstraintName: 'file_identities_pk' })
  fingerprint: string;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'file_identities_pk' })
  @ForeignKey(() => BookFileEntity, { name: 'file_identities_book_file_fk', onDelete: 'CASCADE' })
  bookFileId: number;

  @Column('text')
  origin: 'scan' | 'rewrite' | 'kepub' | 'download';

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}

/** One entry of a book file's current content signature, so that a signature can be looked up. */
@Entity('file_content_parts')
@Index('file_content_parts_book_file_idx', ['bookFileId'])
export class FileContentPartEntity {
  /** `crc32-size`. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'file_content_parts_pk' })
  part: string;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'file_content_parts_pk' })
  @ForeignKey(() => BookFileEntity, { name: 'file_content_parts_book_file_fk', onDelete: 'CASCADE' })
  bookFileId: number;

  /** Uncompressed bytes the entry stands for. */
  @Column('bigint', { transformer: AS_NUMBER })
  size: number;
}
