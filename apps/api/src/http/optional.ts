import { ValidateIf } from 'class-validator';

/** The field may be left out. Unlike class-validator's IsOptional it may not be `null`: here absent means unchanged, and null would mean nothing. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
