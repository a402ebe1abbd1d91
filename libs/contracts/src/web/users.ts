import type { Permission } from '../permissions.ts';

/** A user as admins see them: GET /api/v1/users. */
export interface UserSummary {
  readonly id: number;
  readonly username: string;
  readonly isEnabled: boolean;
  readonly permissions: readonly Permission[];
  /** Libraries the user may read. */
  readonly libraryIds: readonly number[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly lastSeenAt?: string;
}

/** POST /api/v1/users. */
export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly permissions: readonly Permission[];
  readonly libraryIds: readonly number[];
}

/** PATCH /api/v1/users/:id; what is absent stays. */
export interface UserChange {
  readonly isEnabled?: boolean;
  readonly permissions?: readonly Permission[];
  readonly libraryIds?: readonly number[];
}

/** PUT /api/v1/users/:id/password. */
export interface PasswordReset {
  readonly password: string;
}
