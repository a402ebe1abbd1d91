/**
 * What an admin can allow a user: a closed list.
 *
 * - `koreader_sync`: own a KOReader account, download the plugin, see KOReader pages and numbers.
 * - `kobo_sync`, `opds_access`: the same for Kobo devices and OPDS clients.
 * - `download`: fetch book files in the browser.
 * - `manage_libraries`: create, change, scan and delete libraries; see all of them.
 * - `manage_users`: create, change, disable and delete users.
 */
export const PERMISSIONS = [
  'koreader_sync',
  'kobo_sync',
  'opds_access',
  'download',
  'manage_libraries',
  'manage_users',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
