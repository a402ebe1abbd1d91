import { resolve } from 'node:path';
import { DataSource } from 'typeorm';
import type { INestApplicationContext } from '@nestjs/common';
import { type Permission, PERMISSIONS } from '@bookorbit/contracts';
import { KoreaderAccounts, NewKoreaderAccountDto } from '../auth/index.ts';
import { OperatorError } from '../config/index.ts';
import { WriteExport } from '../export-user/index.ts';
import { checkedInstance } from '../http/index.ts';
import { ChangeUser, CreateUser, NewUserDto, PasswordResetDto, UserRepository } from '../people/index.ts';
import { argument, type Command, type CommandInput } from './command.ts';

const USUAL_PERMISSIONS: readonly Permission[] = ['koreader_sync', 'download'];

export const listUsers: Command = {
  usage: '',
  summary: 'Lists users: id, name, enabled or disabled, permissions.',
  async run(app) {
    const users = await app.get(UserRepository).list(app.get(DataSource).manager);
    return users.map(({ id, username, isEnabled, permissions }) =>
      [id, username, isEnabled ? 'enabled' : 'disabled', permissions.join(',')].join('\t'),
    );
  },
};

export const createUser: Command = {
  usage: '<name> [--permissions all|a,b] [--libraries all|1,2]',
  summary: `Creates a user, by default with ${USUAL_PERMISSIONS.join(', ')} and access to all libraries.`,
  options: ['permissions', 'libraries'],
  async run(app, input) {
    const user = checkedInstance(NewUserDto, {
      username: argument(input, 0, 'name'),
      password: input.password(),
      permissions: permissionsOf(input),
      libraryIds: await libraryIdsOf(app, input),
    });
    const id = await app.get(CreateUser).create(user);
    return [`Created user ${user.username} (id ${id}).`];
  },
};

export const resetPassword: Command = {
  usage: '<name>',
  summary: 'Sets a new password and signs the user out everywhere.',
  async run(app, input) {
    const user = await requireUser(app, argument(input, 0, 'name'));
    const { password } = checkedInstance(PasswordResetDto, { password: input.password() });
    await app.get(ChangeUser).resetPassword(user.id, password);
    return [`Set a new password for ${user.username}.`];
  },
};

export const setEnabled = (isEnabled: boolean): Command => ({
  usage: '<name>',
  summary: isEnabled
    ? 'Lets a disabled user in again.'
    : 'Keeps a user and their devices out, from the next request on.',
  async run(app, input) {
    const user = await requireUser(app, argument(input, 0, 'name'));
    await app.get(ChangeUser).change(user.id, { isEnabled });
    return [`${isEnabled ? 'Enabled' : 'Disabled'} ${user.username}.`];
  },
});

export const exportUser: Command = {
  usage: '<name> <file.zip>',
  summary: 'Writes everything there is of a user into a zip, but for passwords and keys.',
  async run(app, input) {
    const user = await requireUser(app, argument(input, 0, 'name'));
    const path = resolve(argument(input, 1, 'file.zip'));
    await app.get(WriteExport).run({ userId: user.id, seesDevices: true }, path);
    return [`Wrote the data of ${user.username} to ${path}.`];
  },
};

export const createKoreaderAccount: Command = {
  usage: '<user> <account-name>',
  summary: 'Creates the KOReader account of a user.',
  async run(app, input) {
    const user = await requireUser(app, argument(input, 0, 'user'));
    const account = checkedInstance(NewKoreaderAccountDto, {
      username: argument(input, 1, 'account-name'),
      password: input.password(),
    });
    await app.get(KoreaderAccounts).create(user.id, account.username, account.password);
    return [`Created KOReader account ${account.username} for ${user.username}.`];
  },
};

async function requireUser(app: INestApplicationContext, username: string) {
  const user = await app.get(UserRepository).findByName(app.get(DataSource).manager, username);
  if (!user) throw new OperatorError(`There is no user ${username}; see "npm run admin -- list-users".`);
  return user;
}

function permissionsOf({ options }: CommandInput): readonly Permission[] {
  if (options['permissions'] === undefined) return USUAL_PERMISSIONS;
  if (options['permissions'] === 'all') return PERMISSIONS;
  return options['permissions']
    .split(',')
    .filter(Boolean)
    .map((text) => {
      const permission = PERMISSIONS.find((known) => known === text.trim());
      if (!permission) throw new OperatorError(`There is no permission ${text}; there are ${PERMISSIONS.join(', ')}.`);
      return permission;
    });
}

async function libraryIdsOf(app: INestApplicationContext, { options }: CommandInput): Promise<readonly number[]> {
  const rows = await app
    .get(DataSource)
    .query<{ id: number }[]>(`SELECT id FROM libraries WHERE deleted_at IS NULL ORDER BY id`);
  const known = rows.map(({ id }) => id);
  if (options['libraries'] === undefined || options['libraries'] === 'all') return known;
  return options['libraries']
    .split(',')
    .filter(Boolean)
    .map((text) => {
      const id = Number(text);
      if (!known.includes(id))
        throw new OperatorError(`There is no library ${text}; there are ${known.join(', ') || 'none'}.`);
      return id;
    });
}
