import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Failed guesses of late, in the form rate-limiter-flexible keeps them. */
@Entity('throttles')
export class ThrottleEntity {
  @PrimaryColumn('character varying', { length: 255, primaryKeyConstraintName: 'throttles_pk' })
  key: string;

  @Column('integer', { default: 0 })
  points: number;

  /** Milliseconds since 1970. */
  @Column('bigint', { nullable: true })
  expire: string | null;
}
