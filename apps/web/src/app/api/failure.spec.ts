import { Failure, failureFrom, failureFromAnswer } from './failure.ts';

function errorBody(statusCode: number, error: string, message: string): Record<string, unknown> {
  return { code: statusCode, statusCode, error, message };
}

describe('failureFromAnswer', () => {
  it('keeps the server’s words, code and field of a refusal', () => {
    const body = { ...errorBody(409, 'name_taken', 'That name is taken.'), field: 'username' };
    expect(failureFromAnswer(409, body)).toMatchObject({
      kind: 'refused',
      message: 'That name is taken.',
      code: 'name_taken',
      field: 'username',
    });
  });

  it('tells an ended login from a wrong password', () => {
    expect(failureFromAnswer(401, errorBody(401, 'unauthorized', 'Sign in.')).kind).toBe('signed_out');
    expect(failureFromAnswer(401, errorBody(401, 'wrong_password', 'Wrong.')).kind).toBe('refused');
  });

  it('shows the words of a 503, which name the setting to change', () => {
    const failure = failureFromAnswer(503, errorBody(503, 'plugin_source_missing', 'Set KOREADER_PLUGIN_PATH.'));
    expect(failure).toMatchObject({ kind: 'refused', message: 'Set KOREADER_PLUGIN_PATH.' });
  });

  it.each([undefined, null, 'Bad gateway', { message: 'only a message' }])(
    'makes a sentence of an answer that is not ours: %p',
    (body) => {
      const failure = failureFromAnswer(502, body);
      expect(failure.kind).toBe('broken');
      expect(failure.message).toContain('502');
    },
  );
});

it('has words for whatever was thrown, and leaves a failure as it is', () => {
  const failure = new Failure('refused', 'No.');
  expect(failureFrom(failure)).toBe(failure);
  expect(failureFrom(new TypeError('x is undefined')).message).not.toContain('undefined');
});
