import { createLog } from './log.ts';
import { OperatorError, readEnvironment } from './config/index.ts';
import { runServer } from './run-server.ts';

try {
  const environment = readEnvironment(process.env);
  await runServer(environment, createLog(environment));
} catch (error) {
  if (error instanceof OperatorError) console.error(`\nBookOrbit did not start. ${error.message}\n`);
  else console.error('\nBookOrbit did not start, for a reason it did not foresee:\n', error);
  process.exit(1);
}
