import type { NameForm } from '@bookorbit/contracts';
import { Matches } from 'class-validator';

/** A name that is of each of these forms. */
export function HasForms(forms: readonly NameForm[]): PropertyDecorator {
  return (target, property) => {
    for (const { pattern, message } of forms) Matches(pattern, { message })(target, property);
  };
}
