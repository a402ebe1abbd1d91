import type { SyncCheckName, SyncFinding, SyncFound } from '@bookorbit/contracts';

/** All that the server knows of why a user's devices do or do not sync. */
export interface SyncFacts {
  /** Absent: there is no KOReader account. */
  readonly account?: { readonly username: string; readonly isSyncEnabled: boolean };
  readonly serverUrl: { readonly url: string; readonly reach: 'public' | 'lan' | 'loopback' };
  /** Without a version it cannot be handed out. */
  readonly plugin: { readonly version?: string };
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
  /** Books with a place of a device in use, and not one page stat. */
  readonly booksWithoutSessions: readonly BookWithoutSessions[];
  readonly heldDeletes: number;
  readonly pendingDeletes: number;
  /** Devices that owe an ack. */
  readonly owingDevices: readonly string[];
  readonly failedPositions: number;
  /** Books whose newest place no KOReader wrote, and that no KOReader ever opened. */
  readonly booksWithoutNativePlace: readonly string[];
}

export interface BookWithoutSessions {
  readonly title: string;
  /** Those in use that brought a place in it. */
  readonly devices: readonly Pick<KnownDevice, 'name' | 'hasPlugin'>[];
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
 * Walks the troubleshooting table: every row with what was found. A row that cannot be judged because an earlier one is broken is left out, so
 * that the first thing to mend comes first.
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
    ...(hasDevices ? sessionsRows(facts) : []).map((row) => ['sessions', row] as const),
    ['highlights', hasDevices ? highlightsRow(facts) : undefined],
    ['heldDeletes', heldRow(facts)],
    ['pendingDeletes', pendingRow(facts)],
    ['failedPositions', failedRow(facts)],
    ['restore', hasDevices ? restoreRow(facts) : undefined],
    ['clock', hasDevices ? clockRow(facts) : undefined],
  ];
}

function ok(found: SyncFound, names?: readonly string[]): Judged {
  return { state: 'ok', found, names };
}

function accountRow({ account }: SyncFacts): Judged {
  return account
    ? ok({ code: 'account.there', username: account.username })
    : { state: 'broken', found: { code: 'account.missing' } };
}

function switchRow({ account }: SyncFacts): Judged | undefined {
  if (!account) return undefined;
  return account.isSyncEnabled ? ok({ code: 'switch.on' }) : { state: 'broken', found: { code: 'switch.off' } };
}

function addressRow({ serverUrl: { url, reach } }: SyncFacts): Judged {
  switch (reach) {
    case 'public':
      return ok({ code: 'address.public', url });
    case 'lan':
      return { state: 'hint', found: { code: 'address.lan', url } };
    case 'loopback':
      return { state: 'attention', found: { code: 'address.loopback', url } };
  }
}

function pluginRow({ plugin: { version } }: SyncFacts): Judged {
  return version === undefined
    ? { state: 'attention', found: { code: 'plugin.missing' } }
    : ok({ code: 'plugin.available', version });
}

function loginRow({ wrongPasswords, account, revokedKeys, devices }: SyncFacts): Judged {
  if (wrongPasswords > 0 && account)
    return { state: 'attention', found: { code: 'login.wrongPassword', username: account.username } };
  if (revokedKeys > 0 && devices.length === 0) return { state: 'attention', found: { code: 'login.revokedKeys' } };
  return ok({ code: 'login.fine' });
}

function devicesRow({ devices, unusedKeys }: SyncFacts, now: Date): Judged {
  if (devices.length === 0)
    return { state: 'broken', found: { code: unusedKeys > 0 ? 'devices.noneYet' : 'devices.none' } };
  const outdated = namesOf(devices, ({ isOutdated }) => isOutdated);
  if (outdated.length > 0) return { state: 'attention', found: { code: 'devices.outdated' }, names: outdated };
  const silent = namesOf(devices, ({ lastSeenAt }) => now.getTime() - Date.parse(lastSeenAt) > SILENT_MS);
  if (silent.length > 0) return { state: 'hint', found: { code: 'devices.silent' }, names: silent };
  return ok(
    { code: 'devices.fine' },
    devices.map(({ name }) => name),
  );
}

function matchingRow({ matchableFiles, matchedBooks, unmatchedBooks }: SyncFacts): Judged {
  if (matchableFiles === 0) return { state: 'broken', found: { code: 'matching.noFiles' } };
  if (unmatchedBooks.length > 0)
    return { state: 'attention', found: { code: 'matching.unmatched' }, names: unmatchedBooks };
  return matchedBooks === 0
    ? { state: 'hint', found: { code: 'matching.nothingSent' } }
    : ok({ code: 'matching.fine' });
}

/** Whether a device can sync by itself only the device knows. */
function autoSyncRow({ devices }: SyncFacts): Judged | undefined {
  return devices.some(({ hasPlugin }) => hasPlugin)
    ? { state: 'hint', found: { code: 'autoSync.askDevice' } }
    : undefined;
}

/** A device without the plugin is to blame only for books no plugin brought a place in. */
function sessionsRows({ booksWithoutSessions }: SyncFacts): Judged[] {
  if (booksWithoutSessions.length === 0) return [ok({ code: 'sessions.fine' })];
  const isOfPlugin = ({ devices }: BookWithoutSessions): boolean => devices.some(({ hasPlugin }) => hasPlugin);
  const missing = booksWithoutSessions.filter(isOfPlugin);
  const stock = booksWithoutSessions.filter((book) => !isOfPlugin(book));
  const rows: Judged[] = [];
  if (missing.length > 0)
    rows.push({ state: 'attention', found: { code: 'sessions.missing' }, names: missing.map(({ title }) => title) });
  if (stock.length > 0) {
    const devices = [...new Set(stock.flatMap(({ devices }) => devices.map(({ name }) => name)))].slice(0, MOST_NAMES);
    rows.push({
      state: 'attention',
      found: { code: 'sessions.stockDevices', devices },
      names: stock.map(({ title }) => title),
    });
  }
  return rows;
}

function highlightsRow({ devices }: SyncFacts): Judged {
  const sendOnly = namesOf(devices, ({ receivesHighlights }) => receivesHighlights === false);
  if (sendOnly.length > 0) return { state: 'attention', found: { code: 'highlights.sendOnly' }, names: sendOnly };
  return devices.some(({ receivesHighlights }) => receivesHighlights)
    ? ok({ code: 'highlights.fine' })
    : { state: 'hint', found: { code: 'highlights.none' } };
}

function heldRow({ heldDeletes }: SyncFacts): Judged | undefined {
  if (heldDeletes === 0) return undefined;
  return { state: 'attention', found: { code: 'heldDeletes.waiting', count: heldDeletes } };
}

function pendingRow({ pendingDeletes, owingDevices }: SyncFacts): Judged {
  if (pendingDeletes === 0) return ok({ code: 'pendingDeletes.none' });
  return {
    state: 'attention',
    found: { code: 'pendingDeletes.waiting', count: pendingDeletes },
    names: owingDevices,
  };
}

function failedRow({ failedPositions }: SyncFacts): Judged {
  return failedPositions === 0
    ? ok({ code: 'failedPositions.none' })
    : { state: 'attention', found: { code: 'failedPositions.some', count: failedPositions } };
}

function restoreRow({ booksWithoutNativePlace }: SyncFacts): Judged {
  return booksWithoutNativePlace.length === 0
    ? ok({ code: 'restore.fine' })
    : { state: 'hint', found: { code: 'restore.translated' }, names: booksWithoutNativePlace };
}

function clockRow({ devices }: SyncFacts): Judged {
  const wrong = namesOf(devices, ({ hasWrongClock }) => hasWrongClock);
  return wrong.length === 0
    ? ok({ code: 'clock.fine' })
    : { state: 'attention', found: { code: 'clock.wrong' }, names: wrong };
}

function namesOf(devices: readonly KnownDevice[], isSo: (device: KnownDevice) => boolean): readonly string[] {
  return devices.filter(isSo).map(({ name }) => name);
}
