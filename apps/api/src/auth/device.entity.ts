import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A KOReader installation of a user, by the id it gives itself. */
@Entity('devices')
@Check('devices_kind_known', `kind IN ('koreader', 'import')`)
// Of the two columns only the key is set to null, which no decorator can say; the migration does.
@ForeignKey('device_keys', ['userId', 'deviceKeyId'], ['userId', 'id'], {
  name: 'devices_key_fk',
  onDelete: 'SET NULL',
})
export class DeviceEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'devices_pk' })
  @ForeignKey('users', { name: 'devices_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('text', { name: 'device_id', primaryKeyConstraintName: 'devices_pk' })
  deviceId: string;

  /** An import stands for a device: it has its name and its id, but never comes again. */
  @Column('text', { default: 'koreader' })
  kind: 'koreader' | 'import';

  /** Model or the name it gave itself; empty when it gave none. */
  @Column('text')
  name: string;

  /** What its owner calls it. */
  @Column('text', { name: 'given_name', nullable: true })
  givenName: string | null;

  /** Its owner no longer uses it: nothing waits for it. */
  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt: Date | null;

  @Column('text', { name: 'plugin_version', nullable: true })
  pluginVersion: string | null;

  @Column('text', { name: 'install_id', nullable: true })
  installId: string | null;

  /** The key it came with last. */
  @Column('integer', { name: 'device_key_id', nullable: true })
  deviceKeyId: number | null;

  @Column('timestamptz', { name: 'first_seen_at', default: () => 'now()' })
  firstSeenAt: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt: Date;
}
