import type { Permission } from '@bookorbit/contracts';

/** A person in a browser. */
export interface UserPrincipal {
  readonly userId: number;
  readonly username: string;
  readonly permissions: readonly Permission[];
}

/** A KOReader account on a device. */
export interface DevicePrincipal {
  readonly userId: number;
  /** Name of the KOReader account. */
  readonly accountName: string;
  /** The device key it came with; absent when it came with the password. */
  readonly deviceKeyId?: number;
  readonly isSyncEnabled: boolean;
}
