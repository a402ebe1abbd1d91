import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Permission } from '@bookorbit/contracts';

/** A person who may use the web app. */
@Entity('users')
@Index('users_username_unique', { synchronize: false })
@Check(
  'users_permissions_known',
  `permissions <@ ARRAY['koreader_sync', 'kobo_sync', 'opds_access', 'download', 'manage_libraries', 'manage_users']`,
)
export class UserEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'users_pk',
  })
  id: number;

  /** Unique whatever its case. */
  @Column('text')
  username: string;

  @Column('text', { name: 'password_hash' })
  passwordHash: string;

  @Column('boolean', { name: 'is_enabled', default: true })
  isEnabled: boolean;

  @Column('text', { array: true, default: () => "'{}'" })
  permissions: Permission[];

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_seen_at', nullable: true })
  lastSeenAt: Date | null;

  /** An IANA name: days of reading end at this zone's midnight. */
  @Column('text', { name: 'time_zone', default: 'UTC' })
  timeZone: string;
}
