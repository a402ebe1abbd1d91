import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** From where on progress says Reading and Finished, in libraries where it is not the usual. */
@Entity('library_status_thresholds')
@Check('library_status_thresholds_range', `0 <= reading AND reading < finished AND finished <= 1`)
export class StatusThresholdsEntity {
  @PrimaryColumn('integer', { name: 'library_id', primaryKeyConstraintName: 'library_status_thresholds_pk' })
  @ForeignKey('libraries', { name: 'library_status_thresholds_library_fk', onDelete: 'CASCADE' })
  libraryId: number;

  /** 0–1. */
  @Column('double precision')
  reading: number;

  /** 0–1. */
  @Column('double precision')
  finished: number;
}
