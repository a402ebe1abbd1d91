import type { SyncFinding, SyncFound } from '@bookorbit/contracts';

/** What was found, and what to do about it. */
export interface FindingWords {
  readonly found: string;
  /** Absent when all is well. */
  readonly fix?: string;
}

/** Puts a finding of "Why is it not syncing?" into words. */
export function sayFinding(found: SyncFound): FindingWords {
  switch (found.code) {
    case 'account.there':
      return {
        found: $localize`You may sync, and devices sign in with the KOReader account “${found.username}:account:”.`,
      };
    case 'account.missing':
      return {
        found: $localize`There is no KOReader account, so no device can sign in.`,
        fix: $localize`Create credentials under Overview, then download the plugin.`,
      };
    case 'switch.on':
      return { found: $localize`Progress sync is on.` };
    case 'switch.off':
      return {
        found: $localize`Progress sync is off, so every device is turned away.`,
        fix: $localize`Turn on Progress sync in the status card.`,
      };
    case 'address.public':
      return { found: $localize`Devices reach BookOrbit at ${found.url}:address:.` };
    case 'address.lan':
      return {
        found: $localize`${found.url}:address: is an address of your own network: devices reach it only while they are in it.`,
        fix: $localize`To sync from anywhere, set PUBLIC_URL on the server to an address devices reach over the internet.`,
      };
    case 'address.loopback':
      return {
        found: $localize`You see BookOrbit at ${found.url}:address:, which only this computer can reach.`,
        fix: $localize`Choose another address under Setup before you download the plugin, or set PUBLIC_URL on the server.`,
      };
    case 'plugin.available':
      return { found: $localize`The plugin can be downloaded, version ${found.version}:version:.` };
    case 'plugin.missing':
      return {
        found: $localize`The plugin cannot be downloaded, as the server does not find its source.`,
        fix: $localize`Set KOREADER_PLUGIN_PATH on the server to the folder bookorbit.koplugin.`,
      };
    case 'login.wrongPassword':
      return {
        found: $localize`In the last minutes a device tried to sign in as “${found.username}:account:” with a wrong password.`,
        fix: $localize`Type the KOReader password on that device anew, or install a freshly downloaded plugin, which needs none.`,
      };
    case 'login.revokedKeys':
      return {
        found: $localize`Keys of downloaded plugins were revoked; a device with one of them is turned away.`,
        fix: $localize`Download the plugin again and install it on the device.`,
      };
    case 'login.fine':
      return { found: $localize`No device was turned away in the last minutes.` };
    case 'devices.none':
      return {
        found: $localize`No device has reached this server yet.`,
        fix: $localize`Download the plugin under Setup and install it on the device.`,
      };
    case 'devices.noneYet':
      return {
        found: $localize`The plugin was downloaded, but no device has reached this server yet.`,
        fix: $localize`Copy bookorbit.koplugin to koreader/plugins/ on the device, restart KOReader, open a book, and use Tools > BookOrbit sync. If it still does not show here, the device cannot reach the address above.`,
      };
    case 'devices.outdated':
      return {
        found: $localize`An older plugin is installed than this server hands out.`,
        fix: $localize`On the device use Tools > BookOrbit sync > Check for update.`,
      };
    case 'devices.silent':
      return {
        found: $localize`Not seen for more than two weeks.`,
        fix: $localize`Sync it once by hand; retire it under Devices if it is no longer in use.`,
      };
    case 'devices.fine':
      return { found: $localize`Every device in use has synced in the last two weeks.` };
    case 'matching.noFiles':
      return {
        found: $localize`There is no book you may read that a device could match.`,
        fix: $localize`Ask an admin to give you a library, or add a folder with books.`,
      };
    case 'matching.unmatched':
      return {
        found: $localize`Devices sent books that no file of yours has the fingerprint of.`,
        fix: $localize`Link each under Unmatched books, or put the copy from BookOrbit on the device: a converted, edited or re-zipped copy is another file. If the book is in a library you may not open, ask an admin for it.`,
      };
    case 'matching.nothingSent':
      return {
        found: $localize`No device has sent a book yet.`,
        fix: $localize`Open a book that is in BookOrbit on the device and use Tools > BookOrbit sync > Sync this book now.`,
      };
    case 'matching.fine':
      return { found: $localize`Every book your devices sent is matched.` };
    case 'autoSync.askDevice':
      return {
        found: $localize`Whether a device can sync by itself only the device knows.`,
        fix: $localize`If “Auto sync this book” cannot be enabled, set Network > Action when Wi-Fi is off to “turn on” in KOReader.`,
      };
    case 'sessions.stockDevices':
      return {
        found: $localize`These books have a place and no reading time: it came by KOReader’s own progress sync, which sends none, from ${sayList(found.devices)}:devices:.`,
        fix: $localize`Install the BookOrbit plugin there.`,
      };
    case 'sessions.missing':
      return {
        found: $localize`These books have a place from KOReader and no reading time.`,
        fix: $localize`Use Tools > BookOrbit sync > Sync all books now, and see that KOReader’s own reading statistics are switched on.`,
      };
    case 'sessions.fine':
      return { found: $localize`Reading time came for every book that has a place.` };
    case 'highlights.sendOnly':
      return {
        found: $localize`These devices send highlights, and take none back.`,
        fix: $localize`Turn on Two-way highlight sync in the BookOrbit panel on the device, and sync the book once more.`,
      };
    case 'highlights.none':
      return {
        found: $localize`No device has exchanged highlights yet.`,
        fix: $localize`Highlights need the BookOrbit plugin; they come with the next sync of a book that has some.`,
      };
    case 'highlights.fine':
      return { found: $localize`Highlights move both ways.` };
    case 'heldDeletes.waiting':
      return {
        found: $localize`Highlights or bookmarks that vanished from a device at once, and are kept until you decide: ${sayNumber(found.count)}:count:.`,
        fix: $localize`Confirm or discard the deletions under Plugin Activity.`,
      };
    case 'pendingDeletes.none':
      return { found: $localize`Every deletion has reached every device.` };
    case 'pendingDeletes.waiting':
      return {
        found: $localize`Deleted highlights or bookmarks that are not yet gone from every device: ${sayNumber(found.count)}:count:.`,
        fix: $localize`Sync these devices once more; retire those no longer in use, and nothing waits for them.`,
      };
    case 'failedPositions.none':
      return { found: $localize`Every highlight and bookmark found its place on the devices.` };
    case 'failedPositions.some':
      return {
        found: $localize`Highlights or bookmarks that found no place on a device: ${sayNumber(found.count)}:count:.`,
        fix: $localize`See under Plugin Activity why; try again once the device has the copy of the book from BookOrbit.`,
      };
    case 'restore.fine':
      return { found: $localize`KOReader has a place of its own in every book that was read.` };
    case 'restore.translated':
      return {
        found: $localize`In these books the place was not set by KOReader, so a device may open near it, not at the line.`,
        fix: $localize`Open and sync each once in KOReader.`,
      };
    case 'clock.fine':
      return { found: $localize`The clocks of your devices can be believed.` };
    case 'clock.wrong':
      return {
        found: $localize`The clock of these devices could not be believed, so when they read is unknown and others win over them.`,
        fix: $localize`Set date and time on the device.`,
      };
  }
}

/** Names of what is concerned, as a list in the reader’s language. */
export function sayNames({ names }: SyncFinding): string {
  return sayList(names);
}

function sayList(names: readonly string[]): string {
  return new Intl.ListFormat(undefined, { type: 'unit' }).format(names);
}

function sayNumber(count: number): string {
  return new Intl.NumberFormat().format(count);
}
