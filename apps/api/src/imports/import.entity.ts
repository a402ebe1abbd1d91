import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ImportState } from '@bookorbit/contracts';

/** An upload of files of KOReader devices, from when it was read until it is past being taken back. */
@Entity('imports')
@Index('imports_expires_idx', ['expiresAt'])
@Check('imports_state_known', `state IN ('reading', 'ready', 'applying', 'applied', 'undoing', 'undone', 'failed')`)
export class ImportEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'imports_pk' })
  @ForeignKey('users', { name: 'imports_user_fk', onDelete: 'CASCADE' })
  userId: number;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'imports_pk', default: () => "nextval('imports_id')" })
  id: string;

  @Column('text')
  state: ImportState;

  /** Whatever comes of it is kept as this device's. */
  @Column('text', { name: 'device_id' })
  deviceId: string;

  @Column('text', { name: 'device_name' })
  deviceName: string;

  @Column('jsonb')
  files: object[];

  /** Documents the work of the state is through with. */
  @Column('integer', { default: 0 })
  done: number;

  @Column('integer', { default: 0 })
  total: number;

  @Column('jsonb', { nullable: true })
  totals: object | null;

  @Column('jsonb', { nullable: true })
  undo: object | null;

  @Column('text', { nullable: true })
  problem: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'applied_at', nullable: true })
  appliedAt: Date | null;

  @Column('timestamptz', { name: 'undone_at', nullable: true })
  undoneAt: Date | null;

  /** What it holds is forgotten then. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}

/** What an upload says of one document, what would come of it or came, and what taking it back needs. */
@Entity('import_documents')
@Check('import_documents_step_known', `step IN ('', 'reading', 'applying', 'undoing')`)
@ForeignKey(() => ImportEntity, ['userId', 'importId'], ['userId', 'id'], {
  name: 'import_documents_import_fk',
  onDelete: 'CASCADE',
})
export class ImportDocumentEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'import_documents_pk' })
  userId: number;

  @PrimaryColumn('bigint', { name: 'import_id', primaryKeyConstraintName: 'import_documents_pk' })
  importId: string;

  /** Fingerprint. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'import_documents_pk' })
  document: string;

  @Column('jsonb')
  said: object;

  /** The last step it is through with: one that is done again passes it by. */
  @Column('text', { default: '' })
  step: '' | 'reading' | 'applying' | 'undoing';

  @Column('jsonb', { nullable: true })
  outcome: object | null;

  @Column('jsonb', { nullable: true })
  journal: object | null;
}

/** Page stats of a document, as columns, some thousand rows in each. */
@Entity('import_page_stats')
@ForeignKey(() => ImportEntity, ['userId', 'importId'], ['userId', 'id'], {
  name: 'import_page_stats_import_fk',
  onDelete: 'CASCADE',
})
export class ImportPageStatsEntity {
  @PrimaryColumn('integer', { name: 'user_id', primaryKeyConstraintName: 'import_page_stats_pk' })
  userId: number;

  @PrimaryColumn('bigint', { name: 'import_id', primaryKeyConstraintName: 'import_page_stats_pk' })
  importId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'import_page_stats_pk' })
  document: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'import_page_stats_pk' })
  part: number;

  @Column('integer', { array: true })
  pages: number[];

  @Column('bigint', { name: 'start_times', array: true })
  startTimes: string[];

  @Column('integer', { array: true })
  durations: number[];

  @Column('integer', { name: 'total_pages', array: true })
  totalPages: number[];
}
