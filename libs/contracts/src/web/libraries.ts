/** A library: GET /api/v1/libraries lists those the user may read (all, with `manage_libraries`). */
export interface LibrarySummary {
  readonly id: number;
  readonly name: string;
  readonly bookCount: number;
  /** Only with `manage_libraries`. */
  readonly folders?: readonly LibraryFolder[];
  /** The newest scan, running or ended. Only with `manage_libraries`. */
  readonly scan?: ScanProgress;
}

export interface LibraryFolder {
  readonly id: number;
  /** Absolute path on the server. */
  readonly path: string;
  /** Why the last scan could not read it. */
  readonly problem?: string;
}

/** POST /api/v1/libraries. The first scan starts by itself. */
export interface NewLibrary {
  readonly name: string;
  readonly folders: readonly string[];
}

/** PATCH /api/v1/libraries/:id; a folder left out is removed with its files (history is kept for their return). */
export interface LibraryChange {
  readonly name?: string;
  readonly folders?: readonly string[];
}

/** How far a scan is: GET /api/v1/libraries/:id/scan, and `scan` events. */
export interface ScanProgress {
  readonly libraryId: number;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  /** Files seen on disk so far. */
  readonly filesFound: number;
  /** Files that need reading because they are new or changed. */
  readonly filesToRead: number;
  readonly filesRead: number;
  readonly filesAdded: number;
  readonly filesChanged: number;
  readonly filesMoved: number;
  readonly filesVanished: number;
  readonly filesReturned: number;
  readonly filesWithProblem: number;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** One sentence, when it failed. */
  readonly problem?: string;
}

/** GET /api/v1/folders?path=/srv: folders of the server an admin can choose from. */
export interface FolderListing {
  readonly path: string;
  readonly parent?: string;
  readonly folders: readonly { readonly name: string; readonly path: string }[];
}
