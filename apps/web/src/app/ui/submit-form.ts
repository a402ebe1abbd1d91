import type { WritableSignal } from '@angular/core';
import { type FieldTree, submit } from '@angular/forms/signals';
import { type Failure, failureFrom } from '../api/index.ts';

/**
 * Sends a form if it is valid; otherwise puts the focus on the first field that is not.
 *
 * A refusal whose field or code is a key of `fields` is shown at that field, any other in `failure`.
 */
export async function submitForm<T>(
  form: FieldTree<T>,
  failure: WritableSignal<Failure | undefined>,
  send: () => Promise<void>,
  fields: Readonly<Record<string, FieldTree<string>>> = {},
): Promise<void> {
  failure.set(undefined);
  await submit(form, {
    action: async () => {
      try {
        await send();
        return undefined;
      } catch (thrown) {
        const refusal = failureFrom(thrown);
        const fieldTree = fields[refusal.field ?? ''] ?? fields[refusal.code ?? ''];
        if (fieldTree !== undefined) return [{ kind: 'server', message: refusal.message, fieldTree }];
        failure.set(refusal);
        return undefined;
      }
    },
  });
  focusFirstError(form);
}

function focusFirstError<T>(form: FieldTree<T>): void {
  form().errorSummary()[0]?.fieldTree().focusBoundControl();
}
