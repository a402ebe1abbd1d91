import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A highlight, note or dog-ear of a user in a file, or the tombstone of one. */
@Entity('annotations')
@Index('annotations_file_idx', ['userId', 'bookFileId', 'kind'])
@Index('annotations_time_idx', ['userId', 'createdAt', 'id'])
@Index('annotations_listed_idx', { synchronize: false })
@Index('annotations_words_idx', { synchronize: false })
@Index('annotations_deleted_idx', ['deletedAt'], { where: 'deleted_at IS NOT NULL AND purged_at IS NULL' })
@Check('annotations_kind_known', `kind IN ('highlight', 'bookmark')`)
@Check('annotations_source_known', `source IN ('koreader', 'web', 'kobo')`)
@Check('annotations_drawer_known', `drawer IN ('lighten', 'underscore', 'strikeout', 'invert')`)
export class AnnotationEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'annotations_pk' })
  @ForeignKey('users', { name: 'annotations_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'annotations_pk', default: () => "nextval('annotations_id')" })
  id: string;

  @Column('integer', { name: 'book_file_id' })
  @ForeignKey('book_files', { name: 'annotations_file_fk' })
  bookFileId: number;

  @Column('text')
  kind: 'highlight' | 'bookmark';

  /** Where it was made. */
  @Column('text')
  source: 'koreader' | 'web' | 'kobo';

  /** The device that sent it first; empty when none did. */
  @Column('text', { name: 'device_id', default: '' })
  deviceId: string;

  /** Identity on devices: wall clock of the one that made it, `YYYY-MM-DD HH:MM:SS`. */
  @Column('text')
  datetime: string;

  @Column('text', { nullable: true })
  drawer: string | null;

  /** As KOReader names it. */
  @Column('text', { nullable: true })
  color: string | null;

  /** What the web chose and KOReader has no word for; gone once a device chooses another. */
  @Column('text', { name: 'web_style', nullable: true })
  webStyle: string | null;

  @Column('text', { name: 'web_color', nullable: true })
  webColor: string | null;

  @Column('text', { nullable: true })
  text: string | null;

  @Column('text', { nullable: true })
  note: string | null;

  @Column('text', { nullable: true })
  chapter: string | null;

  @Column('integer', { nullable: true })
  pageno: number | null;

  @Column('text', { nullable: true })
  xpointer: string | null;

  @Column('text', { name: 'xpointer_end', nullable: true })
  xpointerEnd: string | null;

  /** DOM version the xpointers are written for. */
  @Column('integer', { name: 'dom_version', nullable: true })
  domVersion: number | null;

  @Column('text', { nullable: true })
  cfi: string | null;

  @Column('text', { name: 'kobo_span', nullable: true })
  koboSpan: string | null;

  @Column('text', { name: 'kobo_span_end', nullable: true })
  koboSpanEnd: string | null;

  /** JSON of page and point, or a page number, for paged documents. */
  @Column('text', { nullable: true })
  pdf: string | null;

  @Column('text', { name: 'pdf_end', nullable: true })
  pdfEnd: string | null;

  /** Dialects whose columns are of a range it had before: to be translated anew. */
  @Column('text', { name: 'outdated_positions', array: true, default: () => "'{}'" })
  outdatedPositions: string[];

  /** The words there and around them, by which it is found again once the file is rewritten. */
  @Column('jsonb', { nullable: true })
  quote: object | null;

  /** For which content of the file the pointers of other dialects and the words were looked up. */
  @Column('text', { name: 'anchored_content', nullable: true })
  anchoredContent: string | null;

  /** By which version of the translator; 0 when it is still to be done. */
  @Column('integer', { name: 'anchored_by', default: 0 })
  @Index('annotations_anchored_idx')
  anchoredBy: number;

  /** When each field last changed, unix seconds. */
  @Column('jsonb', { name: 'field_times', default: () => "'{}'" })
  fieldTimes: Record<string, number>;

  /** Keys devices knew it by that no row of `annotation_devices` says any more. */
  @Column('text', { array: true, default: () => "'{}'" })
  keys: string[];

  /** Digests of values of fields that were replaced by others. */
  @Column('text', { array: true, default: () => "'{}'" })
  former: string[];

  /** When it was made. */
  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('integer')
  version: number;

  /** Version in which the place last changed. */
  @Column('integer', { name: 'place_version' })
  placeVersion: number;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;

  /** It left the trash: its words are gone, and what is left only keeps it from coming back. */
  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  /** A device's id, or empty for the web. */
  @Column('text', { name: 'deleted_by', nullable: true })
  deletedBy: string | null;
}
