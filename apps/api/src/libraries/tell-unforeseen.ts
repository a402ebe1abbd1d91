import { Logger } from '@nestjs/common';

const logger = new Logger('Books');

/** Where a reader of books meets what nobody foresaw it states a damaged file; the reason goes into the log, to be mended. */
export function tellUnforeseen(error: unknown): void {
  logger.error(
    'A book could not be read for a reason nobody foresaw',
    error instanceof Error ? error.stack : String(error),
  );
}
