import { Injectable, inject } from '@angular/core';
import type { Credentials, PasswordChange, SessionState } from '@bookorbit/contracts';
import { Http } from './http.ts';

/** Signing in and out of this browser, and the first set-up. */
@Injectable({ providedIn: 'root' })
export class SessionApi {
  private readonly http = inject(Http);

  read(): Promise<SessionState> {
    return this.http.get('/session');
  }

  setUp(credentials: Credentials): Promise<SessionState> {
    return this.http.post('/setup', credentials);
  }

  signIn(credentials: Credentials): Promise<SessionState> {
    return this.http.post('/session', credentials);
  }

  signOut(): Promise<void> {
    return this.http.delete('/session');
  }

  changePassword(change: PasswordChange): Promise<void> {
    return this.http.put('/session/password', change);
  }
}
