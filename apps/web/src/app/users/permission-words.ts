import type { Permission } from '@bookorbit/contracts';

/** What a permission is called, and what it allows, in words for an admin. */
export const PERMISSION_WORDS: Readonly<Record<Permission, { readonly name: string; readonly allows: string }>> = {
  koreader_sync: {
    name: $localize`KOReader sync`,
    allows: $localize`Open KOReader settings, create or delete sync credentials, download the plugin package, view device activity, and authenticate KOReader sync requests.`,
  },
  kobo_sync: { name: $localize`Kobo sync`, allows: $localize`The same for Kobo devices.` },
  opds_access: { name: $localize`OPDS access`, allows: $localize`Browse and fetch books in apps that speak OPDS.` },
  download: { name: $localize`Download`, allows: $localize`Fetch book files in the browser.` },
  manage_libraries: {
    name: $localize`Manage libraries`,
    allows: $localize`Create, change, scan and delete libraries, and see all of them.`,
  },
  manage_users: { name: $localize`Manage users`, allows: $localize`Create, change, disable and delete users.` },
};
