import { Injectable, inject } from '@angular/core';
import type { NewUser, PasswordReset, UserChange, UserSummary } from '@bookorbit/contracts';
import { Http } from './http.ts';

/** The users of this server; needs `manage_users`. */
@Injectable({ providedIn: 'root' })
export class UsersApi {
  private readonly http = inject(Http);

  list(): Promise<readonly UserSummary[]> {
    return this.http.get('/users');
  }

  create(user: NewUser): Promise<void> {
    return this.http.post('/users', user);
  }

  change(id: number, change: UserChange): Promise<void> {
    return this.http.patch(`/users/${id}`, change);
  }

  delete(id: number): Promise<void> {
    return this.http.delete(`/users/${id}`);
  }

  resetPassword(id: number, reset: PasswordReset): Promise<void> {
    return this.http.put(`/users/${id}/password`, reset);
  }
}
