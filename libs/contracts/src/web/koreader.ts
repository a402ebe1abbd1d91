/** GET /api/v1/koreader: all the settings page needs. */
export interface KoreaderSettings {
  readonly account?: KoreaderAccountState;
  readonly serverUrl: ServerUrl;
  readonly plugin: PluginSource;
  readonly counts: KoreaderCounts;
}

export interface KoreaderAccountState {
  readonly username: string;
  /** The kill switch. */
  readonly isSyncEnabled: boolean;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly lastSyncAt?: string;
}

/** The address to type into KOReader, e.g. `https://books.example.com/api/v1/koreader`. */
export interface ServerUrl {
  readonly url: string;
  /** `loopback`: only this computer reaches it, so one of `alternatives` is needed on a device. */
  readonly reach: 'public' | 'lan' | 'loopback';
  /** The same path at this machine's LAN addresses, best first. */
  readonly alternatives: readonly string[];
}

export interface PluginSource {
  readonly isAvailable: boolean;
  readonly version?: string;
  /** One sentence naming the setting to change, when it is not available. */
  readonly problem?: string;
}

export interface KoreaderCounts {
  readonly devices: number;
  readonly matchedBooks: number;
  readonly unmatchedBooks: number;
}

/** POST /api/v1/koreader/account. */
export interface NewKoreaderAccount {
  readonly username: string;
  readonly password: string;
}

/** PATCH /api/v1/koreader/account; what is absent stays. */
export interface KoreaderAccountChange {
  readonly isSyncEnabled?: boolean;
  readonly password?: string;
}

/** POST /api/v1/koreader/plugin-packages; answered with the zip. */
export interface PluginPackageRequest {
  /** Address of this server as the device reaches it, e.g. `http://192.168.1.20:3000`; absent: `PUBLIC_URL`, or the address of this request. */
  readonly origin?: string;
}

/** GET /api/v1/koreader/device-keys: one for each download of the plugin. */
export interface DeviceKeySummary {
  readonly id: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly lastUsedAt?: string;
  /** Names of the devices that used it. */
  readonly devices: readonly string[];
  readonly isRevoked: boolean;
}

/** GET /api/v1/koreader/devices. */
export interface DeviceSummary {
  readonly deviceId: string;
  /** Model or name the device gave itself. */
  readonly name: string;
  readonly pluginVersion?: string;
  /** Its owner no longer uses it: nothing waits for it. */
  readonly isRetired: boolean;
  /** The id it sends, when that is also another's: one was set up with a copy of the other's settings. */
  readonly splitFrom?: string;
  /** ISO 8601. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly lastProgress?: {
    /** Absent: the document matches no book. */
    readonly bookId?: number;
    readonly title: string;
    readonly percentage: number;
    /** ISO 8601. */
    readonly receivedAt: string;
  };
}

/** GET /api/v1/koreader/unmatched: documents devices sent that match no file, newest first. */
export interface UnmatchedDocument {
  readonly id: number;
  /** The document id as the device sent it. */
  readonly document: string;
  /** `unknown`: no file matches; `ambiguous`: which of `candidates` is it? */
  readonly reason: 'unknown' | 'ambiguous';
  readonly title?: string;
  readonly authors?: string;
  readonly filename?: string;
  readonly deviceName?: string;
  /** 0–1: the parked place, if one came. */
  readonly percentage?: number;
  /** ISO 8601. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly isDismissed: boolean;
  readonly candidates: readonly MatchCandidate[];
}

/** A file a document could be linked to. */
export interface MatchCandidate {
  readonly bookId: number;
  readonly bookFileId: number;
  readonly title: string;
  readonly authors: readonly string[];
  readonly fileName: string;
}

/** POST /api/v1/koreader/unmatched/:id/link. */
export interface LinkDocument {
  readonly bookFileId: number;
}

/** GET /api/v1/koreader/links: documents tied to a file by the user or by their content. */
export interface DocumentLink {
  readonly id: number;
  readonly document: string;
  /** `manual`: the user said so; `content`: recognised by its content signature. */
  readonly origin: 'manual' | 'content';
  readonly bookId: number;
  readonly bookFileId: number;
  readonly title: string;
  readonly fileName: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** GET /api/v1/koreader/plugin-activity: what the plugin brought in all, over books the user may read. */
export interface PluginActivity {
  readonly matchedBooks: number;
  /** Page stats: one for each look at a page. */
  readonly readingEvents: number;
  /** Made on devices, not in the trash. */
  readonly highlights: number;
  readonly trashedHighlights: number;
  /** Deleted, and a device has not said yet that it did so too. */
  readonly pendingDeletes: number;
  /** Annotations a device could not place. */
  readonly failedPositions: number;
  /** Deletions that wait for a yes, because they were too many at once. */
  readonly heldDeletes: number;
  readonly lastSweep?: LastSweep;
  /** Of the plugin this server hands out. */
  readonly availableVersion?: string;
  /** Devices in use whose plugin is older than that. */
  readonly outdatedDevices: readonly OutdatedDevice[];
}

/** The last run over all books of any device. */
export interface LastSweep {
  readonly deviceId: string;
  readonly deviceName: string;
  /** ISO 8601. */
  readonly sweptAt: string;
  readonly booksMatched: number;
  /** Of the plugin that reported it. */
  readonly pluginVersion?: string;
}

export interface OutdatedDevice {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly pluginVersion: string;
}

/** GET /api/v1/koreader/matched-books: what devices brought for each book, the one synced last first. At most 500. */
export interface MatchedBook {
  readonly bookId: number;
  readonly title: string;
  readonly authors: readonly string[];
  readonly devices: readonly string[];
  /** Page stats. */
  readonly readingEvents: number;
  readonly sessions: number;
  /** Made on devices, not in the trash. */
  readonly highlights: number;
  /** ISO 8601: its last place or page came then. */
  readonly lastSyncAt: string;
}

/** What "Why is it not syncing?" looks at, in this order. */
export const SYNC_CHECKS = [
  'account',
  'switch',
  'address',
  'plugin',
  'login',
  'devices',
  'matching',
  'autoSync',
  'sessions',
  'highlights',
  'heldDeletes',
  'pendingDeletes',
  'failedPositions',
  'restore',
  'clock',
] as const;
export type SyncCheckName = (typeof SYNC_CHECKS)[number];

/** GET /api/v1/koreader/check: every row of the troubleshooting table, looked at for this user. */
export interface SyncCheck {
  readonly findings: readonly SyncFinding[];
}

export interface SyncFinding {
  /** One check may find more than one thing, each with a code of its own. */
  readonly check: SyncCheckName;
  /** `broken`: nothing syncs because of it; `attention`: something does not; `hint`: only the device can tell. */
  readonly state: 'ok' | 'hint' | 'attention' | 'broken';
  /** What was found, to be put into words where it is read. */
  readonly found: SyncFound;
  /** Names of what is concerned: devices, books. At most 10. */
  readonly names: readonly string[];
}

/** What a check found; `code` begins with the check's name. */
export type SyncFound =
  | { readonly code: 'account.there'; readonly username: string }
  | { readonly code: 'address.public' | 'address.lan' | 'address.loopback'; readonly url: string }
  | { readonly code: 'plugin.available'; readonly version: string }
  | { readonly code: 'login.wrongPassword'; readonly username: string }
  | { readonly code: 'sessions.stockDevices'; readonly devices: readonly string[] }
  | { readonly code: 'heldDeletes.waiting' | 'pendingDeletes.waiting' | 'failedPositions.some'; readonly count: number }
  | { readonly code: SyncFoundCode };

/** Findings that need no more than their code. */
export type SyncFoundCode =
  | 'account.missing'
  | 'switch.on'
  | 'switch.off'
  | 'plugin.missing'
  | 'login.revokedKeys'
  | 'login.fine'
  | 'devices.none'
  | 'devices.noneYet'
  | 'devices.outdated'
  | 'devices.silent'
  | 'devices.fine'
  | 'matching.noFiles'
  | 'matching.unmatched'
  | 'matching.nothingSent'
  | 'matching.fine'
  | 'autoSync.askDevice'
  | 'sessions.missing'
  | 'sessions.fine'
  | 'highlights.sendOnly'
  | 'highlights.none'
  | 'highlights.fine'
  | 'pendingDeletes.none'
  | 'failedPositions.none'
  | 'restore.translated'
  | 'restore.fine'
  | 'clock.wrong'
  | 'clock.fine';
