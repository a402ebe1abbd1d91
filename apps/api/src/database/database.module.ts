import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { checkServerVersion } from './check-server-version.ts';
import type { DatabaseConnection } from './connection.ts';
import { dataSourceOptions } from './data-source.ts';
import { DirectQuery } from './direct-query.ts';
import { migrate } from './migrate.ts';
import { Transaction } from './transaction.ts';

/** The one connection pool; the schema is up to date before anything else starts. */
@Global()
@Module({})
export class DatabaseModule {
  static with(connection: DatabaseConnection): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...dataSourceOptions(connection), retryAttempts: 0 }),
          dataSourceFactory: async (options) => {
            if (!options) throw new Error('TypeORM was given no options');
            const dataSource = await new DataSource(options).initialize();
            await checkServerVersion(dataSource);
            await migrate(dataSource);
            return dataSource;
          },
        }),
      ],
      providers: [DirectQuery, Transaction],
      exports: [DirectQuery, Transaction],
    };
  }
}
