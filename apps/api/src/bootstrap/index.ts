import { Inject, Injectable, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { CreateUser, PeopleModule, UserRepository } from '../people/index.ts';

/** What an unattended set-up asks for: the first admin, and a library for each folder. Every start may ask again; it is done once. */
@Injectable()
export class Bootstrap {
  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly dataSource: DataSource,
    private readonly users: UserRepository,
    private readonly createUser: CreateUser,
  ) {}

  async run(): Promise<void> {
    const { admin } = this.environment;
    if (admin && !(await this.users.hasAnyUser(this.dataSource.manager))) {
      await this.createUser.createFirstAdmin(admin.username, admin.password);
    }
  }
}

@Module({ imports: [PeopleModule], providers: [Bootstrap], exports: [Bootstrap] })
export class BootstrapModule {}
