/** A fault only the operator can mend. The message is one sentence that says what to do; it is printed without a stack. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
