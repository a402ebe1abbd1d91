import { plainToInstance } from 'class-transformer';
import { Refusal } from './refusal.ts';

/** A class of class-validator that names fields to be left as they came. */
export interface DtoClass<T> {
  new (): T;
  /** Long lists, which the use case checks item by item: copying them here would cost more than the rest of the request. */
  readonly rawFields?: readonly string[];
}

/**
 * A field that is `null` is one left out: a client whose language has no such difference may send either.
 *
 * @returns An instance with the class's transformations applied to all but its raw fields.
 * @throws Refusal `bad_request` when a field cannot be transformed at all.
 */
export function dtoInstance<T extends object>(Dto: DtoClass<T>, plain: object): T {
  const rest: Record<string, unknown> = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null));
  const raw: Record<string, unknown> = {};
  for (const field of Dto.rawFields ?? []) {
    if (!(field in rest)) continue;
    raw[field] = rest[field];
    delete rest[field];
  }
  try {
    return Object.assign(plainToInstance(Dto, rest, { exposeUnsetFields: false }), raw);
  } catch {
    throw untransformable();
  }
}

/** @returns What to answer when class-transformer throws: it takes a field named `constructor` for a class to make an instance of. */
export function untransformable(): Refusal {
  return new Refusal('bad_request', 'A field holds an object that is no data of this route; send the fields it knows.');
}
