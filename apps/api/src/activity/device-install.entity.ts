import type { ClockRecord } from '@bookorbit/domain-progress';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** An installation that calls itself by a device id; copies of settings make several of one id. */
@Entity('device_installs')
export class DeviceInstallEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'device_installs_pk' })
  @ForeignKey('users', { name: 'device_installs_user_fk', onDelete: 'CASCADE' })
  userId: number;

  /** The id it sends. */
  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'device_installs_pk' })
  deviceId: string;

  /** What tells it from others: its install id and its model. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'device_installs_pk' })
  marker: string;

  /** The id its data is kept under. */
  @Column('text', { name: 'kept_as' })
  keptAs: string;

  /** Its clock in the latest request, unix seconds uncorrected. */
  @Column('bigint', { name: 'said_at', nullable: true })
  saidAt: string | null;

  /** How far that was ahead of the server's. */
  @Column('bigint', { name: 'ahead_seconds', nullable: true })
  aheadSeconds: string | null;

  /** The clocks it showed, to tell two apart that are the same in all else. */
  @Column('jsonb', { nullable: true })
  clocks: ClockRecord | null;

  /** The marker it shares with its original, when only its clock tells it from that. */
  @Column('text', { name: 'clock_of', nullable: true })
  clockOf: string | null;

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt: Date;
}
