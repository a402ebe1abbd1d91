import { Check, Column, Entity, ForeignKey, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A document a device sent that matches no file, or several. */
@Entity('unmatched_documents')
@Unique('unmatched_documents_document_unique', ['userId', 'document'])
@Check('unmatched_documents_reason_known', `reason IN ('unknown', 'ambiguous')`)
export class UnmatchedDocumentEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'unmatched_documents_pk',
  })
  id: number;

  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'unmatched_documents_pk' })
  @ForeignKey('users', { name: 'unmatched_documents_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @Column('text')
  document: string;

  @Column('text')
  reason: 'unknown' | 'ambiguous';

  @Column('text', { nullable: true })
  title: string | null;

  @Column('text', { nullable: true })
  authors: string | null;

  @Column('text', { nullable: true })
  filename: string | null;

  /** The device that sent it last. */
  @Column('text', { name: 'device_id', nullable: true })
  deviceId: string | null;

  @Column('integer', { name: 'candidate_file_ids', array: true, default: () => "'{}'" })
  candidateFileIds: number[];

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt: Date;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt: Date;

  @Column('timestamptz', { name: 'dismissed_at', nullable: true })
  dismissedAt: Date | null;
}
