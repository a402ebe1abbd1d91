import { OperatorError } from '../../config/operator-error.ts';

/** The errno of a failed system call (`EACCES`, `ENOENT`, …), or undefined for any other thing thrown. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Turns what the file system answered about `path` into a sentence for the operator; anything unknown comes back as it was. */
export function fileFault(error: unknown, path: string): unknown {
  switch (errnoOf(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new OperatorError(
        `BookOrbit may not write to ${path}: give the account that runs it write permission there, or set DATA_DIR to another folder.`,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new OperatorError(`The disk that holds ${path} is full: free some space and start BookOrbit again.`);
    case 'ENOTDIR':
    case 'EEXIST':
      return new OperatorError(`${path} cannot be made because a file is in its way: set DATA_DIR to another folder.`);
    default:
      return error;
  }
}
