import type { SyncCheckName, SyncFinding } from '@bookorbit/contracts';

/** All that the server knows of why a user's devices do or do not sync. */
export interface SyncFacts {
  /** Absent: there is no KOReader account. */
  readonly account?: { readonly username: string; readonly isSyncEnabled: boolean };
  readonly serverUrl: { readonly url: string; readonly reach: 'public' | 'lan' | 'loopback' };
  readonly plugin: { readonly version?: string; readonly problem?: string };
  /** Somebody tried the account's name with a wrong password in the last minutes. */
  readonly wrongPasswords: number;
  readonly devices: readonly KnownDevice[];
  /** Keys of plugin downloads no device ever came with. */
  readonly unusedKeys: number;
  readonly revokedKeys: number;
  /** Files in libraries of this user that a device could match. */
  readonly matchableFiles: number;
  readonly matchedBooks: number;
  readonly unmatchedBooks: readonly string[];
  /** Books with a KOReader place and not one page stat. */
  readonly booksWithoutSessions: readonly string[];
  readonly heldDeletes: number;
  readonly pendingDeletes: number;
  /** Devices that owe an ack. */
  readonly owingDevices: readonly string[];
  readonly failedPositions: number;
  /** Books whose newest place no KOReader wrote, and that no KOReader ever opened. */
  readonly booksWithoutNativePlace: readonly string[];
}

/** A device that is in use. */
export interface KnownDevice {
  readonly name: string;
  readonly hasPlugin: boolean;
  readonly isOutdated: boolean;
  /** ISO 8601. */
  readonly lastSeenAt: string;
  /** Its clock was so wrong that when it read is unknown. */
  readonly hasWrongClock: boolean;
  /** Undefined: it never exchanged highlights. */
  readonly receivesHighlights?: boolean;
}

/** A device that was not seen for so long does not sync by itself. */
const SILENT_MS = 14 * 24 * 60 * 60 * 1000;
const MOST_NAMES = 10;

type Judged = Omit<SyncFinding, 'check' | 'names'> & { readonly names?: readonly string[] };

/**
 * Walks the troubleshooting table: every row with what was found and what to do about it. A row that cannot be judged because an earlier
 * one is broken is left out, so that the first thing to mend comes first.
 */
export function judgeSync(facts: SyncFacts, now: Date): SyncFinding[] {
  const account = accountRow(facts);
  const rows: (readonly [SyncCheckName, Judged | undefined])[] = [
    ['account', account],
    ['switch', switchRow(facts)],
    ['address', addressRow(facts)],
    ['plugin', pluginRow(facts)],
    ...(account.state === 'broken' ? [] : deviceRows(facts, now)),
  ];
  return rows.flatMap(([check, judged]) => {
    if (!judged) return [];
    const { names = [], ...row } = judged;
    return [{ check, ...row, names: names.slice(0, MOST_NAMES) }];
  });
}

function deviceRows(facts: SyncFacts, now: Date): (readonly [SyncCheckName, Judged | undefined])[] {
  const hasDevices = facts.devices.length > 0;
  return [
    ['login', loginRow(facts)],
    ['devices', devicesRow(facts, now)],
    ['matching', matchingRow(facts)],
    ['autoSync', autoSyncRow(facts)],
    ['sessions', hasDevices ? sessionsRow(facts) : undefined],
    ['highlights', hasDevices ? highlightsRow(facts) : undefined],
    ['heldDeletes', heldRow(facts)],
    ['pendingDeletes', pendingRow(facts)],
    ['failedPositions', failedRow(facts)],
    ['restore', hasDevices ? restoreRow(facts) : undefined],
    ['clock', hasDevices ? clockRow(facts) : undefined],
  ];
}

function accountRow({ account }: SyncFacts): Judged {
  return account
    ? { state: 'ok', found: `Devices sign in with the KOReader account “${account.username}”.` }
    : {
        state: 'broken',
        found: 'There is no KOReader account, so no device can sign in.',
        fix: 'Create credentials under Setup, then download the plugin.',
      };
}

function switchRow({ account }: SyncFacts): Judged | undefined {
  if (!account) return undefined;
  return account.isSyncEnabled
    ? { state: 'ok', found: 'Progress sync is on.' }
    : {
        state: 'broken',
        found: 'Progress sync is off, so every device is turned away.',
        fix: 'Turn on Progress sync in the status card.',
      };
}

function addressRow({ serverUrl: { url, reach } }: SyncFacts): Judged {
  switch (reach) {
    case 'public':
      return { state: 'ok', found: `Devices reach BookOrbit at ${url}.` };
    case 'lan':
      return {
        state: 'hint',
        found: `${url} is an address of your own network: devices reach it only while they are in it.`,
        fix: 'To sync from anywhere, set PUBLIC_URL on the server to an address devices reach over the internet.',
      };
    case 'loopback':
      return {
        state: 'attention',
        found: `You see BookOrbit at ${url}, which only this computer can reach.`,
        fix: 'Choose another address under Setup before you download the plugin, or set PUBLIC_URL on the server.',
      };
  }
}

function pluginRow({ plugin }: SyncFacts): Judged {
  if (plugin.version !== undefined)
    return { state: 'ok', found: `The plugin can be downloaded, version ${plugin.version}.` };
  return {
    state: 'attention',
    found: 'The plugin cannot be downloaded.',
    fix: plugin.problem ?? 'Set KOREADER_PLUGIN_PATH on the server to the folder bookorbit.koplugin.',
  };
}

function loginRow({ wrongPasswords, account, revokedKeys, devices }: SyncFacts): Judged {
  if (wrongPasswords > 0)
    return {
      state: 'attention',
      found: `In the last minutes a device tried to sign in as “${account?.username}” with a wrong password.`,
      fix: 'Type the KOReader password on that device anew, or install a freshly downloaded plugin, which needs none.',
    };
  if (revokedKeys > 0 && devices.length === 0)
    return {
      state: 'attention',
      found: 'Keys of downloaded plugins were revoked; a device with one of them is turned away.',
      fix: 'Download the plugin again and install it on the device.',
    };
  return { state: 'ok', found: 'No device was turned away in the last minutes.' };
}

function devicesRow({ devices, unusedKeys }: SyncFacts, now: Date): Judged {
  if (devices.length === 0)
    return {
      state: 'broken',
      found:
        unusedKeys > 0
          ? 'The plugin was downloaded, but no device has reached this server yet.'
          : 'No device has reached this server yet.',
      fix:
        unusedKeys > 0
          ? 'Copy bookorbit.koplugin to koreader/plugins/ on the device, restart KOReader, open a book, and use Tools > BookOrbit sync. If it still does not show here, the device cannot reach the address above.'
          : 'Download the plugin under Setup and install it on the device.',
    };
  const outdated = devices.filter(({ isOutdated }) => isOutdated).map(({ name }) => name);
  if (outdated.length > 0)
    return {
      state: 'attention',
      found: 'An older plugin is installed than this server hands out.',
      fix: 'On the device use Tools > BookOrbit sync > Check for update.',
      names: outdated,
    };
  const silent = devices.filter(({ lastSeenAt }) => now.getTime() - Date.parse(lastSeenAt) > SILENT_MS);
  if (silent.length > 0)
    return {
      state: 'hint',
      found: 'Not seen for more than two weeks.',
      fix: 'Sync it once by hand; retire it under Devices if it is no longer in use.',
      names: silent.map(({ name }) => name),
    };
  return {
    state: 'ok',
    found: 'Every device in use has synced in the last two weeks.',
    names: devices.map(({ name }) => name),
  };
}

function matchingRow({ matchableFiles, matchedBooks, unmatchedBooks }: SyncFacts): Judged {
  if (matchableFiles === 0)
    return {
      state: 'broken',
      found: 'There is no book you may read that a device could match.',
      fix: 'Ask an admin to give you a library, or add a folder with books.',
    };
  if (unmatchedBooks.length > 0)
    return {
      state: 'attention',
      found: 'Devices sent books that no file of yours has the fingerprint of.',
      fix: 'Link each under Unmatched books, or put the copy from BookOrbit on the device: a converted, edited or re-zipped copy is another file.',
      names: unmatchedBooks,
    };
  return matchedBooks === 0
    ? {
        state: 'hint',
        found: 'No device has sent a book yet.',
        fix: 'Open a book that is in BookOrbit on the device and use Tools > BookOrbit sync > Sync this book now.',
      }
    : { state: 'ok', found: 'Every book your devices sent is matched.' };
}

function autoSyncRow({ devices }: SyncFacts): Judged | undefined {
  if (!devices.some(({ hasPlugin }) => hasPlugin)) return undefined;
  return {
    state: 'hint',
    found: 'Whether a device can sync by itself only the device knows.',
    fix: 'If “Auto sync this book” cannot be enabled, set Network > Action when Wi-Fi is off to “turn on” in KOReader.',
  };
}

function sessionsRow({ devices, booksWithoutSessions }: SyncFacts): Judged {
  const stock = devices.filter(({ hasPlugin }) => !hasPlugin).map(({ name }) => name);
  if (stock.length > 0 && booksWithoutSessions.length > 0)
    return {
      state: 'attention',
      found: 'These devices use KOReader’s own progress sync, which sends places and no reading time.',
      fix: 'Install the BookOrbit plugin on them.',
      names: stock,
    };
  if (booksWithoutSessions.length > 0)
    return {
      state: 'attention',
      found: 'These books have a place from KOReader and no reading time.',
      fix: 'Use Tools > BookOrbit sync > Sync all books now, and see that KOReader’s own reading statistics are switched on.',
      names: booksWithoutSessions,
    };
  return { state: 'ok', found: 'Reading time came for every book that has a place.' };
}

function highlightsRow({ devices }: SyncFacts): Judged {
  const sendOnly = devices.filter(({ receivesHighlights }) => receivesHighlights === false).map(({ name }) => name);
  if (sendOnly.length > 0)
    return {
      state: 'attention',
      found: 'These devices send highlights, and take none back.',
      fix: 'Turn on Two-way highlight sync in the BookOrbit panel on the device, and sync the book once more.',
      names: sendOnly,
    };
  return devices.some(({ receivesHighlights }) => receivesHighlights)
    ? { state: 'ok', found: 'Highlights move both ways.' }
    : {
        state: 'hint',
        found: 'No device has exchanged highlights yet.',
        fix: 'Highlights need the BookOrbit plugin; they come with the next sync of a book that has some.',
      };
}

function heldRow({ heldDeletes }: SyncFacts): Judged | undefined {
  if (heldDeletes === 0) return undefined;
  return {
    state: 'attention',
    found: `Highlights that vanished from a device at once, and are kept until you decide: ${heldDeletes}.`,
    fix: 'Confirm or discard the deletions under Plugin Activity.',
  };
}

function pendingRow({ pendingDeletes, owingDevices }: SyncFacts): Judged {
  if (pendingDeletes === 0) return { state: 'ok', found: 'Every deletion has reached every device.' };
  return {
    state: 'attention',
    found: `Deleted highlights that are not yet gone from every device: ${pendingDeletes}.`,
    fix: 'Sync these devices once more; retire those no longer in use, and nothing waits for them.',
    names: owingDevices,
  };
}

function failedRow({ failedPositions }: SyncFacts): Judged {
  if (failedPositions === 0) return { state: 'ok', found: 'Every highlight found its place on the devices.' };
  return {
    state: 'attention',
    found: `Highlights that found no place on a device: ${failedPositions}.`,
    fix: 'See under Plugin Activity why; try again once the device has the copy of the book from BookOrbit.',
  };
}

function restoreRow({ booksWithoutNativePlace }: SyncFacts): Judged {
  if (booksWithoutNativePlace.length === 0)
    return { state: 'ok', found: 'KOReader has a place of its own in every book that was read.' };
  return {
    state: 'hint',
    found: 'In these books the place was not set by KOReader, so a device may open near it, not at the line.',
    fix: 'Open and sync each once in KOReader.',
    names: booksWithoutNativePlace,
  };
}

function clockRow({ devices }: SyncFacts): Judged {
  const wrong = devices.filter(({ hasWrongClock }) => hasWrongClock).map(({ name }) => name);
  if (wrong.length === 0) return { state: 'ok', found: 'The clocks of your devices can be believed.' };
  return {
    state: 'attention',
    found: 'The clock of these devices could not be believed, so when they read is unknown and others win over them.',
    fix: 'Set date and time on the device.',
    names: wrong,
  };
}
