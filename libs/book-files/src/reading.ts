import type { BookFormat } from './book-format.ts';
import type { StatedProblem } from './problem.ts';

/** Everything the scanner learns from one look at a file. Plain data. */
export interface BookFileReading {
  readonly format: BookFormat;
  /** bytes */
  readonly size: number;
  /** KOReader's partial md5 of the file, 32 hex digits in lower case */
  readonly fingerprint: string;
  /** EPUB and KEPUB only; absent when the book has fewer than three text entries */
  readonly contentSignature?: readonly string[];
  readonly metadata: BookMetadata;
  /** EPUB and KEPUB only */
  readonly spine?: SpineSummary;
  /** pages of a PDF or CBZ */
  readonly pageCount?: number;
  /** the file names a cover that is there; whether it can be decoded shows when it is read */
  readonly hasCover: boolean;
  /** the most serious thing that is wrong; metadata then is as good as could be had, at least a title */
  readonly problem?: StatedProblem;
}

/** What a file says about its book. Texts are plain, trimmed, one line (the description: several), never empty, of bounded length. */
export interface BookMetadata {
  /** from the file's name when the file itself gives none */
  readonly title: string;
  /** 'name' when the title was made from the file's name */
  readonly titleFrom: 'content' | 'name';
  readonly titleSort?: string;
  readonly subtitle?: string;
  /** in the order given, without repeats */
  readonly authors: readonly BookAuthor[];
  readonly series?: string;
  readonly seriesIndex?: number;
  /** a BCP 47 tag as given, e.g. "en-GB"; absent when it is not one */
  readonly language?: string;
  /** ISBN-13, digits only; an ISBN-10 is turned into one; absent when the check digit is wrong */
  readonly isbn?: string;
  readonly identifiers: readonly BookIdentifier[];
  readonly publisher?: string;
  /** "2014", "2014-05" or "2014-05-25" */
  readonly published?: string;
  /** plain text, paragraphs parted by one newline */
  readonly description?: string;
  readonly subjects: readonly string[];
}

export interface BookAuthor {
  /** as given, e.g. "P. G. Wodehouse" */
  readonly name: string;
  /** e.g. "Wodehouse, P. G.", only when the file gives it */
  readonly sort?: string;
}

export interface BookIdentifier {
  /** lower case, e.g. "isbn", "uuid", "doi", "uri", "asin"; "unknown" when the file does not say */
  readonly scheme: string;
  readonly value: string;
}

/** The reading order of an EPUB. */
export interface SpineSummary {
  /** itemrefs, broken ones too */
  readonly count: number;
  readonly items: readonly SpineSummaryItem[];
}

export interface SpineSummaryItem {
  /** as written in the manifest; absent when the itemref names nothing */
  readonly href?: string;
  readonly linear: boolean;
}

/** A cover ready to be stored and served. */
export interface BookCover {
  readonly bytes: Uint8Array;
  readonly contentType: 'image/webp';
  /** pixels */
  readonly width: number;
  readonly height: number;
}
