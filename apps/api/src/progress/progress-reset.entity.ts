import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A place the user set by hand, which old devices must not undo. */
@Entity('progress_resets')
export class ProgressResetEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'progress_resets_pk' })
  @ForeignKey('users', { name: 'progress_resets_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'progress_resets_pk' })
  @ForeignKey('book_files', { name: 'progress_resets_file_fk' })
  bookFileId: number;

  /** 0–1. */
  @Column('double precision')
  target: number;

  @Column('timestamptz', { name: 'set_at' })
  setAt: Date;
}

/** How far a device has followed a reset; no row: not told yet. */
@Entity('progress_reset_devices')
@ForeignKey(() => ProgressResetEntity, ['userId', 'bookFileId'], ['userId', 'bookFileId'], {
  name: 'progress_reset_devices_reset_fk',
  onDelete: 'CASCADE',
})
export class ProgressResetDeviceEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'progress_reset_devices_pk' })
  userId: number;

  @PrimaryColumn('integer', { name: 'book_file_id', primaryKeyConstraintName: 'progress_reset_devices_pk' })
  bookFileId: number;

  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'progress_reset_devices_pk' })
  deviceId: string;

  @Column('boolean', { name: 'is_sent', default: false })
  isSent: boolean;

  @Column('boolean', { name: 'is_released', default: false })
  isReleased: boolean;

  /** The first place it reported after it was told. */
  @Column('double precision', { nullable: true })
  percentage: number | null;

  @Column('text', { nullable: true })
  xpointer: string | null;

  @Column('text', { nullable: true })
  page: string | null;
}
