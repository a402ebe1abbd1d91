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
  const isAccepted = await submit(form, {
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
  // A form that is emptied after it was sent has errors too, but nobody needs to see them.
  if (!isAccepted) focusFirstError(form);
}

function focusFirstError<T>(form: FieldTree<T>): void {
  form().errorSummary()[0]?.fieldTree().focusBoundControl();
}
