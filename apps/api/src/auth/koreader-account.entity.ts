import { Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** The name and password a user's devices sync with. */
@Entity('koreader_accounts')
@Unique('koreader_accounts_user_unique', ['userId'])
@Index('koreader_accounts_username_unique', { synchronize: false })
export class KoreaderAccountEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'koreader_accounts_pk',
  })
  id: number;

  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'koreader_accounts_pk' })
  @ForeignKey('users', { name: 'koreader_accounts_user_fk', onDelete: 'CASCADE' })
  userId: number;

  /** Unique over all users, whatever its case. */
  @Column('text')
  username: string;

  /** bcrypt over the md5 that KOReader makes of the password. */
  @Column('text', { name: 'password_hash' })
  passwordHash: string;

  @Column('boolean', { name: 'is_sync_enabled', default: true })
  isSyncEnabled: boolean;

  /** Raised whenever the password changes. */
  @Column('integer', { default: 1 })
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}

/** A key minted for one download of the plugin. */
@Entity('device_keys')
@Unique('device_keys_digest_unique', ['userId', 'keyDigest'])
@ForeignKey(() => KoreaderAccountEntity, ['userId'], ['userId'], {
  name: 'device_keys_account_fk',
  onDelete: 'CASCADE',
})
export class DeviceKeyEntity {
  /** Whose KOReader account it opens. */
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'device_keys_pk' })
  userId: number;

  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'device_keys_pk',
  })
  id: number;

  /** SHA-256 of the key. */
  @Column('bytea', { name: 'key_digest' })
  keyDigest: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;
}
