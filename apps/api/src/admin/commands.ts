import type { Command } from './command.ts';
import { rescan } from './library-commands.ts';
import {
  createKoreaderAccount,
  createUser,
  exportUser,
  listUsers,
  resetPassword,
  setEnabled,
} from './user-commands.ts';

/** Every command by its name, in the order help shows them. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['list-users', listUsers],
  ['create-user', createUser],
  ['reset-password', resetPassword],
  ['enable-user', setEnabled(true)],
  ['disable-user', setEnabled(false)],
  ['export-user', exportUser],
  ['create-koreader-account', createKoreaderAccount],
  ['rescan', rescan],
]);
