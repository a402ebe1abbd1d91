import type { RawMetadata } from './metadata/raw-metadata.ts';
import type { BookFileProblemCode } from './problem.ts';
import type { SpineSummary } from './reading.ts';

/** What one format's reader learns from the content of a file. */
export interface ContentReading {
  readonly metadata: RawMetadata;
  readonly contentSignature?: readonly string[];
  readonly spine?: SpineSummary;
  readonly pageCount?: number;
  readonly hasCover: boolean;
  readonly problem?: BookFileProblemCode;
}
