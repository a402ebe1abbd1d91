import { Inject, Injectable, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { Refusal } from '../http/index.ts';
import { CreateLibrariesFromPaths, LibrariesModule } from '../libraries/index.ts';
import { CreateUser, PeopleModule, UserRepository } from '../people/index.ts';

/** What an unattended set-up asks for: the first admin, and a library for each folder. Every start may ask again; it is done once. */
@Injectable()
export class Bootstrap {
  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly dataSource: DataSource,
    private readonly users: UserRepository,
    private readonly createUser: CreateUser,
    private readonly createLibraries: CreateLibrariesFromPaths,
  ) {}

  async run(): Promise<void> {
    await this.createAdmin();
    await this.createLibraries.run(this.environment.libraryPaths);
  }

  private async createAdmin(): Promise<void> {
    const { admin } = this.environment;
    if (!admin || (await this.users.hasAnyUser(this.dataSource.manager))) return;
    try {
      await this.createUser.createFirstAdmin(admin.username, admin.password);
    } catch (error) {
      // Another server process, started at the same moment, was first.
      if (!(error instanceof Refusal && error.code === 'setup_done')) throw error;
    }
  }
}

@Module({ imports: [LibrariesModule, PeopleModule], providers: [Bootstrap], exports: [Bootstrap] })
export class BootstrapModule {}
