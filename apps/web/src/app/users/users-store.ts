import { Injectable, inject } from '@angular/core';
import type { NewUser, UserChange } from '@bookorbit/contracts';
import { LibrariesApi, UsersApi } from '../api/index.ts';
import { Loadable } from '../ui/index.ts';

/** The users of this server, and the libraries they can be let into. */
@Injectable()
export class UsersStore {
  private readonly api = inject(UsersApi);
  private readonly librariesApi = inject(LibrariesApi);
  readonly users = new Loadable(() => this.api.list());
  readonly libraries = new Loadable(() => this.librariesApi.list());

  /** Reads both; what is here already stays in view meanwhile. */
  async open(): Promise<void> {
    await Promise.all([this.users.refresh(), this.libraries.refresh()]);
  }

  async create(user: NewUser): Promise<void> {
    await this.api.create(user);
    await this.users.refresh();
  }

  async change(id: number, change: UserChange): Promise<void> {
    await this.api.change(id, change);
    await this.users.refresh();
  }

  async resetPassword(id: number, password: string): Promise<void> {
    await this.api.resetPassword(id, { password });
  }

  async delete(id: number): Promise<void> {
    await this.api.delete(id);
    await this.users.refresh();
  }
}
