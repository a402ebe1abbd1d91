import { validateSync } from 'class-validator';
import type { RejectedItem } from '@bookorbit/contracts';
import { CHECKS, type DtoClass, dtoInstance, firstFault, Refusal } from '../http/index.ts';

export interface CheckedItems<T> {
  /** Those of the right form, with their index in the request. */
  readonly items: readonly { readonly item: T; readonly path: string }[];
  readonly rejected: readonly RejectedItem[];
}

/**
 * Checks the items of a request one by one against a class of class-validator.
 *
 * @param value What stands in the request: an array, or `{}`, which is what Lua makes of an empty one.
 * @param path Its name in the request: `items`.
 * @param most More than this many is refused whole.
 * @param leavesBadOut A bad item is named in `rejected`; else it refuses the request.
 * @throws Refusal `bad_request` with the path of the fault.
 */
export function checkItems<T extends object>(
  Item: DtoClass<T>,
  value: unknown,
  path: string,
  most: number,
  leavesBadOut: boolean,
): CheckedItems<T> {
  const items: { item: T; path: string }[] = [];
  const rejected: RejectedItem[] = [];
  for (const [index, plain] of arrayOf(value, path, most).entries()) {
    const itemPath = `${path}[${index}]`;
    const checked = checkItem(Item, plain, itemPath);
    if ('item' in checked) items.push({ item: checked.item, path: itemPath });
    else if (leavesBadOut) rejected.push(checked);
    else throw new Refusal('bad_request', checked.reason, { field: checked.path });
  }
  return { items, rejected };
}

/**
 * Checks one object inside of an item.
 *
 * @param plain `[]` is taken for `{}`: Lua tells no empty list from an empty table.
 * @returns undefined when it is bad; it is then among the rejected.
 * @throws Refusal `bad_request` with the path of the fault, unless bad ones are left out.
 */
export function checkPart<T extends object>(
  Part: DtoClass<T>,
  plain: unknown,
  more: object,
  path: string,
  leavesBadOut: boolean,
  rejected: RejectedItem[],
): T | undefined {
  const isEmptyList = Array.isArray(plain) && plain.length === 0;
  const isObject = typeof plain === 'object' && plain !== null;
  const checked = checkItem(Part, isEmptyList || isObject ? { ...plain, ...more } : plain, path);
  if ('item' in checked) return checked.item;
  if (!leavesBadOut) throw new Refusal('bad_request', checked.reason, { field: checked.path });
  rejected.push(checked);
  return undefined;
}

/** @returns The array; of `{}` and nothing an empty one. */
export function arrayOf(value: unknown, path: string, most: number): unknown[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0) return [];
  if (!Array.isArray(value)) throw new Refusal('bad_request', `${path} must be an array.`, { field: path });
  if (value.length > most)
    throw new Refusal('bad_request', `${path} holds ${value.length} items; send at most ${most} at once.`, {
      field: path,
    });
  return value;
}

function checkItem<T extends object>(Item: DtoClass<T>, plain: unknown, path: string): { item: T } | RejectedItem {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
    return { path, reason: `${path} must be an object.` };
  const item = instanceOf(Item, plain);
  if (item instanceof Refusal) return { path, reason: `${path}: ${item.message}` };
  const faults = validateSync(item, CHECKS);
  if (faults.length === 0) return { item };
  const { field, message } = firstFault(faults, path);
  return { path: field, reason: message };
}

function instanceOf<T extends object>(Item: DtoClass<T>, plain: object): T | Refusal {
  try {
    return dtoInstance(Item, plain);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
