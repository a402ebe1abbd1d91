import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** A browser somebody is signed in with. */
@Entity('logins')
@Unique('logins_token_unique', ['tokenDigest'])
@Index('logins_expires_idx', ['expiresAt'])
export class LoginEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'logins_pk' })
  @ForeignKey('users', { name: 'logins_user_fk', onDelete: 'CASCADE' })
  userId: number;

  /** SHA-256 of the token in the cookie. */
  @PrimaryColumn('bytea', { name: 'token_digest', primaryKeyConstraintName: 'logins_pk' })
  tokenDigest: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
