import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** One row of KOReader's statistics, once for each user, file, page and start time. Goes with its user by a trigger. */
@Entity('page_stats')
export class PageStatEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'page_stats_pk' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'page_stats_pk' })
  bookFileId: number;

  /** Unix seconds. */
  @PrimaryColumn('bigint', { name: 'start_time', primaryKeyConstraintName: 'page_stats_pk' })
  startTime: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'page_stats_pk' })
  page: number;

  /** Seconds; KOReader lets it grow. */
  @Column('integer')
  duration: number;

  @Column('integer', { name: 'total_pages' })
  totalPages: number;

  /** The smallest id among the devices that report the row. */
  @Column({ type: 'text', name: 'device_id', collation: 'C' })
  deviceId: string;
}

/** What a device uploaded for a file. */
@Entity('page_stat_uploads')
export class PageStatUploadEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'page_stat_uploads_pk' })
  @ForeignKey('users', { name: 'page_stat_uploads_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'page_stat_uploads_pk' })
  @ForeignKey('book_files', { name: 'page_stat_uploads_file_fk' })
  bookFileId: number;

  @PrimaryColumn('text', { name: 'device_id', collation: 'C', primaryKeyConstraintName: 'page_stat_uploads_pk' })
  deviceId: string;

  /** Up to here the device uploaded everything, unix seconds. */
  @Column('bigint')
  watermark: string;

  /** Rows of the device that are accounted for. */
  @Column('integer', { name: 'row_count', nullable: true })
  rowCount: number | null;

  /** Lowest start time it ever uploaded, unix seconds. */
  @Column('bigint', { name: 'first_start', nullable: true })
  firstStart: string | null;
}
