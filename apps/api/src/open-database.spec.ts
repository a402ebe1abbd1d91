import { pino } from 'pino';
import { OperatorError, readEnvironment } from './config/index.ts';
import { openDatabase } from './open-database.ts';

describe('the data folder', () => {
  it.each(['/proc/bookorbit/data', '/dev/null/data'])('is refused where none can be made: %s', async (dataDir) => {
    const environment = readEnvironment({ DATA_DIR: dataDir, DATABASE_URL: 'postgres://nowhere/none' });
    const opening = openDatabase(environment, pino({ level: 'silent' }));
    await expect(opening).rejects.toThrow(OperatorError);
    await expect(opening).rejects.toThrow(/cannot be written; set DATA_DIR to a folder/);
  });
});
