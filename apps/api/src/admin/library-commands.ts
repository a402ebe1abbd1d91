import { OperatorError } from '../config/index.ts';
import { RescanLibraries } from '../libraries/index.ts';
import type { Command } from './command.ts';

export const rescan: Command = {
  usage: '[<library-id>…]',
  summary: 'Asks the running server to scan all libraries, or those named.',
  async run(app, { positionals }) {
    const ids = positionals.map((text) => {
      if (!/^[1-9]\d*$/.test(text)) throw new OperatorError(`${text} is no library id.`);
      return Number(text);
    });
    const names = await app.get(RescanLibraries).run(ids.length > 0 ? ids : undefined);
    if (names.length === 0) throw new OperatorError('There is no such library.');
    return names.map((name) => `Scan of ${name} requested.`);
  },
};
