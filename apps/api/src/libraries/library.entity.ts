import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A scope of access: some folders, and those who may read what lies in them. A deleted one stays for its files' history. */
@Entity('libraries')
export class LibraryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'libraries_pk',
  })
  id: number;

  @Column('text')
  name: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}

/** A folder of the server that belongs to a library. A removed one stays for its files' history. */
@Entity('library_folders')
@Index('library_folders_path_unique', { synchronize: false })
export class LibraryFolderEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'integer',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'library_folders_pk',
  })
  id: number;

  @Column('integer', { name: 'library_id' })
  @ForeignKey(() => LibraryEntity, { name: 'library_folders_library_fk' })
  libraryId: number;

  /** Absolute. */
  @Column('text')
  path: string;

  /** Why the last scan could not read it, or not all of it: one sentence. */
  @Column('text', { nullable: true })
  problem: string | null;

  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt: Date | null;
}
