import { BadRequestException, NotFoundException } from '@nestjs/common';
import { ERROR_CODES } from '@bookorbit/contracts';
import { refusalOf } from './error.filter.ts';
import { Refusal } from './refusal.ts';

const answerOf = (error: unknown) => refusalOf(error).answer();

describe('what was thrown becomes an answer', () => {
  it('with the numbers kosync clients know, and the status elsewhere', () => {
    const codes = (
      [
        'unauthorized',
        'registration_off',
        'invalid_field',
        'document_missing',
        'sync_disabled',
        'rate_limited',
      ] as const
    ).map((code) => answerOf(new Refusal(code, 'Do something.')));
    expect(codes.map(({ code, statusCode }) => [code, statusCode])).toEqual([
      [2001, 401],
      [2005, 402],
      [2003, 403],
      [2004, 403],
      [403, 403],
      [429, 429],
    ]);
  });

  it('of every code in the contract, with a status', () => {
    for (const code of ERROR_CODES) expect(new Refusal(code, 'Do something.').status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    [new NotFoundException('Cannot GET /secret'), 404],
    [new BadRequestException('leak'), 400],
    [Object.assign(new Error('too big'), { status: 413 }), 413],
    [Object.assign(new Error('deadlock detected'), { code: '40P01' }), 503],
    [Object.assign(new Error('violates key'), { driverError: { code: '23503' } }), 503],
    [Object.assign(new Error('0x00 in column'), { driverError: { code: '22021' } }), 400],
    [Object.assign(new Error('the database system is shutting down'), { code: '57P01' }), 503],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 503],
    [new TypeError('undefined is not a function'), 500],
    ['a string', 500],
    [undefined, 500],
  ])('%p as %i, telling nothing of its own', (error, status) => {
    const answer = answerOf(error);
    expect(answer.statusCode).toBe(status);
    expect(answer.message).toMatch(/^[A-Z].{10,}\.$/);
    if (error instanceof Error) expect(JSON.stringify(answer)).not.toContain(error.message);
  });
});
