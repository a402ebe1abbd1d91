import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One sitting with one file. Those too short to count are kept, uncounted, so that late rows find them. */
@Entity('reading_sessions')
@Index('reading_sessions_file_idx', ['userId', 'bookFileId', 'deviceId', 'startTime'])
@Index('reading_sessions_time_idx', ['userId', 'startTime'])
@Check('reading_sessions_source_known', `source IN ('koreader', 'web', 'kobo', 'manual')`)
@Check('reading_sessions_time_range', `end_time >= start_time`)
export class ReadingSessionEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'reading_sessions_pk' })
  @ForeignKey('users', { name: 'reading_sessions_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'reading_sessions_pk',
    default: () => "nextval('reading_sessions_id')",
  })
  id: string;

  @Column('integer', { name: 'book_file_id' })
  @ForeignKey('book_files', { name: 'reading_sessions_file_fk' })
  bookFileId: number;

  @Column('text')
  source: 'koreader' | 'web' | 'kobo' | 'manual';

  @Column({ type: 'text', name: 'device_id', default: '', collation: 'C' })
  deviceId: string;

  /** Unix seconds. */
  @Column('bigint', { name: 'start_time' })
  startTime: string;

  /** Unix seconds. */
  @Column('bigint', { name: 'end_time' })
  endTime: string;

  /** Seconds read. */
  @Column('integer')
  duration: number;

  /** Different pages looked at. */
  @Column('integer')
  pages: number;

  @Column('integer', { name: 'first_page' })
  firstPage: number;

  @Column('integer', { name: 'last_page' })
  lastPage: number;

  @Column('integer', { name: 'total_pages' })
  totalPages: number;

  @Column('boolean', { name: 'is_counted' })
  isCounted: boolean;
}

/** Seconds a session gave to a day of the user's time zone. */
@Entity('reading_days')
@Index('reading_days_day_idx', ['userId', 'day'])
@ForeignKey(() => ReadingSessionEntity, ['userId', 'sessionId'], ['userId', 'id'], {
  name: 'reading_days_session_fk',
  onDelete: 'CASCADE',
})
export class ReadingDayEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'reading_days_pk' })
  userId: number;

  @PrimaryColumn('bigint', { name: 'session_id', primaryKeyConstraintName: 'reading_days_pk' })
  sessionId: string;

  @PrimaryColumn('date', { primaryKeyConstraintName: 'reading_days_pk' })
  day: string;

  @Column('integer')
  seconds: number;
}
