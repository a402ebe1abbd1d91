import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** What a device reported at the end of its last run over all books. */
@Entity('device_sweeps')
export class DeviceSweepEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'device_sweeps_pk' })
  @ForeignKey('users', { name: 'device_sweeps_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'device_sweeps_pk' })
  deviceId: string;

  @Column('timestamptz', { name: 'swept_at' })
  sweptAt: Date;

  /** Of the plugin that reported it; null when it did not say. */
  @Column('text', { name: 'plugin_version', nullable: true })
  pluginVersion: string | null;

  @Column('integer', { name: 'books_matched' })
  booksMatched: number;

  @Column('integer', { name: 'page_stats_uploaded' })
  pageStatsUploaded: number;

  @Column('integer', { name: 'annotations_upserted' })
  annotationsUpserted: number;
}
