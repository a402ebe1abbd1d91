import type { SyncCounts, SyncRefusal } from '@bookorbit/contracts';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One request of a device that brought or fetched something. Kept for 90 days. */
@Entity('sync_feed')
@Index('sync_feed_time_idx', { synchronize: false })
@Index('sync_feed_device_idx', ['userId', 'deviceId', 'id'])
@Index('sync_feed_refused_idx', ['userId', 'id'], { where: `refused <> '[]'` })
export class SyncFeedEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'sync_feed_pk' })
  @ForeignKey('users', { name: 'sync_feed_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'sync_feed_pk', default: () => "nextval('sync_feed_id')" })
  id: string;

  @Column('timestamptz', { name: 'happened_at' })
  happenedAt: Date;

  @Column('text', { name: 'device_id' })
  deviceId: string;

  /** The route: `sync`, `page-stats`, … */
  @Column('text')
  exchange: string;

  @Column('integer')
  milliseconds: number;

  /** The first documents it was about, as the device names them. */
  @Column('text', { array: true })
  documents: string[];

  @Column('jsonb')
  came: SyncCounts;

  @Column('jsonb')
  went: SyncCounts;

  @Column('jsonb')
  refused: SyncRefusal[];
}
