import type { IconName } from '../ui/index.ts';
import type { FileTroubles, KoreaderNews } from './home-store.ts';

/** Something that waits for a person, and where it is dealt with. */
export interface AttentionItem {
  readonly icon: IconName;
  readonly words: string;
  readonly path: string;
  readonly fragment?: string;
  readonly query?: Readonly<Record<string, string>>;
}

const KOREADER = '/settings/integrations/koreader';

/** What needs attention, the most pressing first; nothing when all is well. */
export function findAttention(
  news: KoreaderNews | undefined,
  files: FileTroubles | undefined,
): readonly AttentionItem[] {
  const items: (AttentionItem | false)[] = [];
  if (news !== undefined) {
    const { account, counts, plugin } = news.settings;
    const { heldDeletes, failedPositions, outdatedDevices } = news.activity;
    items.push(
      heldDeletes > 0 && {
        icon: 'trash',
        words: $localize`Highlights or bookmarks that vanished from a device wait for your decision: ${heldDeletes}:count:`,
        path: `${KOREADER}/activity`,
        fragment: 'held',
      },
      account?.isSyncEnabled === false && {
        icon: 'alert',
        words: $localize`Progress sync is off: your devices are turned away.`,
        path: KOREADER,
      },
      counts.unmatchedBooks > 0 && {
        icon: 'link',
        words: $localize`Books on your devices that match none here: ${counts.unmatchedBooks}:count:`,
        path: `${KOREADER}/unmatched`,
      },
      failedPositions > 0 && {
        icon: 'alert',
        words: $localize`Highlights or bookmarks a device found no place for: ${failedPositions}:count:`,
        path: `${KOREADER}/activity`,
        fragment: 'failed',
      },
      outdatedDevices.length > 0 && {
        icon: 'refresh',
        words: $localize`A newer plugin is there for ${outdatedDevices.map(({ deviceName }) => deviceName).join(', ')}:devices:`,
        path: `${KOREADER}/activity`,
      },
      !plugin.isAvailable && {
        icon: 'alert',
        words: $localize`The KOReader plugin cannot be downloaded from this server.`,
        path: `${KOREADER}/check`,
      },
    );
  }
  if (files !== undefined) {
    items.push(
      files.problems > 0 && {
        icon: 'book',
        words: $localize`Books with a problem in their files: ${files.problems}:count:`,
        path: '/books',
        query: { only: 'problem' },
      },
      files.missing > 0 && {
        icon: 'book',
        words: $localize`Books whose files are gone: ${files.missing}:count:`,
        path: '/books',
        query: { only: 'missing' },
      },
    );
  }
  return items.filter((item) => item !== false);
}
