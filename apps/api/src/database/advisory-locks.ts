/** Every advisory lock of one number, so that no two purposes share one. Numbers go on from the last; none is used again. */
export const ADVISORY_LOCKS = {
  /** One process migrates, the others wait. */
  migration: 4_172_026,
  /** Storing what a scan read is done by one process at a time, so that two never make two books of one. Reading is not. */
  storing: 4_172_027,
  /** A folder of the settings becomes one library. */
  libraryPaths: 4_172_028,
  /** Held by the process that watches the folders. */
  folderWatch: 4_172_029,
  /** What must hold over all users: that there is a first admin once, and a last one always. */
  admins: 4_172_030,
} as const;
