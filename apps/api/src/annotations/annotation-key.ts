import { createHash } from 'node:crypto';

/** @returns The key a device knows an annotation by: md5 of `datetime|pos0` over exactly the bytes the device has. */
export function annotationKey(datetime: string, pos0: string): string {
  return createHash('md5').update(`${datetime}|${pos0}`, 'utf8').digest('hex');
}
