import { type SchemaPath, maxLength, minLength, pattern, required } from '@angular/forms/signals';
import { LIMITS } from '@bookorbit/contracts';

/** The rules for the name of a KOReader account. Basic authentication ends a name at its first colon. */
export function accountNameRules(path: SchemaPath<string>): void {
  const { min, max } = LIMITS.accountNameLength;
  required(path, { message: $localize`Choose a user name for your devices.` });
  minLength(path, min, { message: $localize`Use at least ${min} characters.` });
  maxLength(path, max, { message: $localize`Use at most ${max} characters.` });
  pattern(path, /^[^:]*$/, { message: $localize`A colon cannot be part of the name.` });
}

/** The rules for the password of a KOReader account. */
export function accountPasswordRules(path: SchemaPath<string>): void {
  const { min, max } = LIMITS.accountPasswordLength;
  required(path, { message: $localize`Choose a password for your devices.` });
  minLength(path, min, { message: $localize`Use at least ${min} characters.` });
  maxLength(path, max, { message: $localize`Use at most ${max} characters.` });
}

export const ACCOUNT_PASSWORD_HINT = $localize`At least ${LIMITS.accountPasswordLength.min} characters. Not your BookOrbit password.`;
