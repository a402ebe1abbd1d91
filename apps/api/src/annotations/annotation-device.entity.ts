import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AnnotationEntity } from './annotation.entity.ts';

/** What a device has, or may have, of an annotation. Goes with the device: one that was removed owes nothing. */
@Entity('annotation_devices')
@Index('annotation_devices_file_idx', ['userId', 'bookFileId'])
@Index('annotation_devices_device_idx', ['userId', 'deviceId'])
@Index('annotation_devices_failed_idx', ['userId'], { where: 'failed_version IS NOT NULL' })
@ForeignKey(() => AnnotationEntity, ['userId', 'annotationId'], ['userId', 'id'], {
  name: 'annotation_devices_annotation_fk',
  onDelete: 'CASCADE',
})
@ForeignKey('devices', ['userId', 'deviceId'], ['userId', 'deviceId'], {
  name: 'annotation_devices_device_fk',
  onDelete: 'CASCADE',
  deferrable: 'INITIALLY DEFERRED',
})
export class AnnotationDeviceEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'annotation_devices_pk' })
  userId: number;

  @PrimaryColumn('bigint', { name: 'annotation_id', primaryKeyConstraintName: 'annotation_devices_pk' })
  annotationId: string;

  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'annotation_devices_pk' })
  deviceId: string;

  @Column('integer', { name: 'book_file_id' })
  bookFileId: number;

  @Column('boolean', { name: 'has_it' })
  hasIt: boolean;

  /** It had it without being given it. */
  @Column('boolean', { name: 'is_own', default: false })
  isOwn: boolean;

  /** md5 of `datetime|pos0` over the bytes the device has. */
  @Column('text', { nullable: true })
  key: string | null;

  @Column('text')
  datetime: string;

  /** What the device had when it last said or acknowledged something. */
  @Column('jsonb', { nullable: true })
  base: object | null;

  @Column('integer', { name: 'acked_version' })
  ackedVersion: number;

  @Column('integer', { name: 'place_version' })
  placeVersion: number;

  /** Versions sent and not acknowledged. */
  @Column('jsonb', { default: () => "'[]'" })
  offers: object[];

  @Column('boolean', { name: 'is_delete_offered', default: false })
  isDeleteOffered: boolean;

  @Column('integer', { name: 'times_offered', default: 0 })
  timesOffered: number;

  /** Deleted on the device along with too many others: waits for the user. */
  @Column('timestamptz', { name: 'held_at', nullable: true })
  heldAt: Date | null;

  @Column('integer', { name: 'failed_version', nullable: true })
  failedVersion: number | null;

  @Column('text', { name: 'failed_reason', nullable: true })
  failedReason: string | null;

  @Column('timestamptz', { name: 'failed_at', nullable: true })
  failedAt: Date | null;

  /** By which version of the translator it failed: a newer one may do better. */
  @Column('integer', { name: 'failed_by', nullable: true })
  failedBy: number | null;

  /** Digests of what the device had before `base`. */
  @Column('text', { array: true, default: () => "'{}'" })
  past: string[];

  /** The device's own clock when it said the above, unix seconds. */
  @Column('bigint', { name: 'said_at', nullable: true })
  saidAt: string | null;
}

/** How a device exchanges one kind of annotation of a file. */
@Entity('annotation_syncs')
@Index('annotation_syncs_device_idx', ['userId', 'deviceId'])
@Check('annotation_syncs_kind_known', `kind IN ('highlight', 'bookmark')`)
@ForeignKey('devices', ['userId', 'deviceId'], ['userId', 'deviceId'], {
  name: 'annotation_syncs_device_fk',
  onDelete: 'CASCADE',
  deferrable: 'INITIALLY DEFERRED',
})
export class AnnotationSyncEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'annotation_syncs_pk' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'annotation_syncs_pk' })
  @ForeignKey('book_files', { name: 'annotation_syncs_file_fk' })
  bookFileId: number;

  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'annotation_syncs_pk' })
  deviceId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'annotation_syncs_pk' })
  kind: 'highlight' | 'bookmark';

  /** False: two-way sync is off there, so it owes nothing. */
  @Column('boolean')
  receives: boolean;

  @Column('boolean', { name: 'has_protocol' })
  hasProtocol: boolean;

  @Column('integer', { name: 'dom_version', nullable: true })
  domVersion: number | null;

  @Column('timestamptz', { name: 'synced_at' })
  syncedAt: Date;

  /** Exchanges there were; a device that remembers more knows of some the server has forgotten. */
  @Column('integer', { default: 0 })
  rounds: number;

  /** How many the device last said it remembers; one that says fewer was put back from a backup. */
  @Column('integer', { name: 'said_round', nullable: true })
  saidRound: number | null;
}
