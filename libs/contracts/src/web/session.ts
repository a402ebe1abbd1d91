import type { Permission } from '../permissions.ts';

/** GET /api/v1/session: who is signed in here. Also the answer to signing in and to the first set-up. */
export interface SessionState {
  /** True until the first admin exists: only the set-up page is of use then. */
  readonly isSetupNeeded: boolean;
  readonly user?: SignedInUser;
  readonly serverVersion: string;
}

export interface SignedInUser {
  readonly id: number;
  readonly username: string;
  readonly permissions: readonly Permission[];
}

/** POST /api/v1/setup and POST /api/v1/session. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** PUT /api/v1/session/password. Signs every other browser out. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}
