import { Column } from 'typeorm';
import { PlaceColumns } from './place-columns.ts';

/** A place, and the words there as far as they were looked up. They come some time after the place. */
export abstract class QuotedPlaceColumns extends PlaceColumns {
  @Column('jsonb', { nullable: true })
  quote: { readonly prefix: string; readonly exact: string; readonly suffix: string } | null;

  /** The pointer `quote` was looked up for: of another one it says nothing. */
  @Column('text', { name: 'quote_pointer', nullable: true })
  quotePointer: string | null;

  /** The content of the file then. */
  @Column('text', { name: 'quote_content', nullable: true })
  quoteContent: string | null;
}
