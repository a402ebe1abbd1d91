import { type SchemaPath, maxLength, minLength, required } from '@angular/forms/signals';
import { LIMITS } from '@bookorbit/contracts';

/** The rules for a new password of a BookOrbit user. */
export function newPasswordRules(path: SchemaPath<string>): void {
  const { min, max } = LIMITS.userPasswordLength;
  required(path, { message: $localize`Choose a password.` });
  minLength(path, min, { message: $localize`Use at least ${min} characters.` });
  maxLength(path, max, { message: $localize`Use at most ${max} characters.` });
}

/** The rules for the name of a new BookOrbit user. */
export function newUserNameRules(path: SchemaPath<string>): void {
  const { max } = LIMITS.userNameLength;
  required(path, { message: $localize`Choose a user name.` });
  maxLength(path, max, { message: $localize`Use at most ${max} characters.` });
}

export const PASSWORD_HINT = $localize`At least ${LIMITS.userPasswordLength.min} characters.`;
