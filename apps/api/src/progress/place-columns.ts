import { Column } from 'typeorm';
import type { ProgressSource } from '@bookorbit/domain-progress';

/** The columns of every table that keeps places in files: one for each dialect a position can be written in. */
export abstract class PlaceColumns {
  @Column('text')
  source: ProgressSource;

  @Column('text', { name: 'device_name' })
  deviceName: string;

  /** 0–1. */
  @Column('double precision')
  percentage: number;

  @Column('text', { nullable: true })
  xpointer: string | null;

  @Column('text', { nullable: true })
  cfi: string | null;

  @Column('text', { name: 'kobo_span', nullable: true })
  koboSpan: string | null;

  /** Of a paged document, as the device sent it. */
  @Column('text', { nullable: true })
  page: string | null;

  /** By the server's clock; null when the device's could not be believed. */
  @Column('timestamptz', { name: 'read_at', nullable: true })
  readAt: Date | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;
}
