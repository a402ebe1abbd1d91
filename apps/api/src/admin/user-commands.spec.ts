import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KoreaderAccounts } from '../auth/index.ts';
import { Refusal } from '../http/index.ts';
import { ChangeUser, CreateUser, UserRepository } from '../people/index.ts';
import type { Command } from './command.ts';
import { createKoreaderAccount, createUser, resetPassword } from './user-commands.ts';

let made: unknown[];
beforeEach(() => {
  made = [];
});

/** A server that does what it is told, and tells what that was. */
function app(): INestApplicationContext {
  const note = (...said: unknown[]) => {
    made.push(...said);
    return Promise.resolve(7);
  };
  const parts = new Map<unknown, object>([
    [DataSource, { query: () => Promise.resolve([{ id: 1 }]) }],
    [UserRepository, { findByName: () => Promise.resolve({ id: 7, username: 'ann' }) }],
    [CreateUser, { create: note }],
    [ChangeUser, { resetPassword: note }],
    [KoreaderAccounts, { create: note }],
  ]);
  return { get: (part: unknown) => parts.get(part) } as unknown as INestApplicationContext;
}

const run = async (command: Command, positionals: string[], password = 'a good password') =>
  command.run(app(), { positionals, options: {}, password: () => password });

describe('a name typed in a terminal', () => {
  it.each([
    ['a control character', 'an\u0007n'],
    ['a line break', 'an\nn'],
    ['a space before it', ' ann'],
    ['a space behind it', 'ann '],
    ['too many characters', 'a'.repeat(101)],
    ['a character that reverses the line', 'an\u202en'],
  ])('is refused as the web app would refuse it: %s', async (_what, name) => {
    await expect(run(createUser, [name])).rejects.toThrow(Refusal);
    await expect(run(createKoreaderAccount, ['ann', name])).rejects.toThrow(Refusal);
    expect(made).toEqual([]);
  });

  it('holds no colon when a device sends it', async () => {
    await expect(run(createKoreaderAccount, ['ann', 'a:nn'])).rejects.toThrow(/no colon/);
    expect(await run(createUser, ['a:nn'])).toEqual(['Created user a:nn (id 7).']);
  });

  it('is taken in any script', async () => {
    expect(await run(createUser, ['Žofie Малая 📚'])).toEqual(['Created user Žofie Малая 📚 (id 7).']);
    expect(made).toMatchObject([{ username: 'Žofie Малая 📚', libraryIds: [1] }]);
  });
});

describe('a password typed in a terminal', () => {
  it.each([
    ['too short', 'five!'],
    ['with a NUL', 'a good\0password'],
  ])('is refused as the web app would refuse it: %s', async (_what, password) => {
    await expect(run(createUser, ['ann'], password)).rejects.toThrow(Refusal);
    await expect(run(resetPassword, ['ann'], password)).rejects.toThrow(Refusal);
    await expect(run(createKoreaderAccount, ['ann', 'device'], password)).rejects.toThrow(Refusal);
    expect(made).toEqual([]);
  });
});
