import type { Permission } from '@bookorbit/contracts';

/** What a permission is called, and what it allows, in words for an admin. */
export const PERMISSION_WORDS: Readonly<Record<Permission, { readonly name: string; readonly allows: string }>> = {
  koreader_sync: {
    name: 'KOReader sync',
    allows:
      'Open KOReader settings, create or delete sync credentials, download the plugin package, view device activity, and authenticate KOReader sync requests.',
  },
  kobo_sync: { name: 'Kobo sync', allows: 'The same for Kobo devices.' },
  opds_access: { name: 'OPDS access', allows: 'Browse and fetch books in apps that speak OPDS.' },
  download: { name: 'Download', allows: 'Fetch book files in the browser.' },
  manage_libraries: {
    name: 'Manage libraries',
    allows: 'Create, change, scan and delete libraries, and see all of them.',
  },
  manage_users: { name: 'Manage users', allows: 'Create, change, disable and delete users.' },
};
