export { ADVISORY_LOCKS } from './advisory-locks.ts';
export { type DatabaseConnection } from './connection.ts';
export { dataSourceOptions } from './data-source.ts';
export { DatabaseModule } from './database.module.ts';
export { DirectQuery } from './direct-query.ts';
export { lockFiles } from './lock-files.ts';
export { migrate } from './migrate.ts';
export { Transaction } from './transaction.ts';
export { integerArray, type Integers } from './integer-array.ts';
