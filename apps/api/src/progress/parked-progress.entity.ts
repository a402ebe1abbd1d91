import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** The last place of one device in a document that is no known file. */
@Entity('parked_progress')
export class ParkedProgressEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'parked_progress_pk' })
  @ForeignKey('users', { name: 'parked_progress_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'parked_progress_pk' })
  document: string;

  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'parked_progress_pk' })
  deviceId: string;

  @Column('text', { name: 'device_name' })
  deviceName: string;

  /** 0–1. */
  @Column('double precision')
  percentage: number;

  /** Byte for byte as it came. */
  @Column('text', { nullable: true })
  position: string | null;

  @Column('integer', { name: 'dom_version', nullable: true })
  domVersion: number | null;

  @Column('timestamptz', { name: 'read_at', nullable: true })
  readAt: Date | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('bigint')
  sequence: string;
}
