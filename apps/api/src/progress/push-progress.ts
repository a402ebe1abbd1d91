import { Injectable } from '@nestjs/common';
import { LIMITS, type ProgressPushAnswer } from '@bookorbit/contracts';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { checkItems, leavesBadItemsOut, seenDevice, serverEnvelope } from '../device/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { ProgressItemDto, type ProgressPushDto } from './push-progress.dto.ts';
import { TakeInItems } from './take-in-items.ts';

/** Takes in places the plugin reports, by when they were read. */
@Injectable()
export class PushProgress {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInItems: TakeInItems,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, request: ProgressPushDto): Promise<ProgressPushAnswer> {
    const now = this.clock.now();
    const leavesOut = leavesBadItemsOut(request);
    const checked = checkItems(ProgressItemDto, request.items, 'items', LIMITS.progressItems, leavesOut);
    const items = checked.items.map(({ item }) => item);
    const asked = items.map(({ hash, ...described }) => ({ document: hash, ...described }));
    const matches = await this.transaction.run(async (tx) => {
      const found = await this.matchDocuments.run(tx, device.userId, asked, now);
      await this.takeInItems.run(tx, device.userId, request, items, found, now);
      if (items.some(({ hash }) => found.get(hash)?.kind !== 'matched'))
        await this.matchDocuments.noteLoose(tx, device.userId, request.deviceId, asked, found, now);
      // Last, as on the stock route: rows locked in one order everywhere cannot deadlock.
      await this.devices.noteSeen(tx, device.userId, seenDevice(request, device), now);
      return found;
    });
    const isMatched = (hash: string) => matches.get(hash)?.kind === 'matched';
    return {
      ...serverEnvelope(now),
      results: items.filter(({ hash }) => isMatched(hash)).map(({ hash }) => ({ hash, accepted: true })),
      unmatched: [...new Set(items.map(({ hash }) => hash))].filter((hash) => !isMatched(hash)),
      ...(checked.rejected.length > 0 && { rejected: checked.rejected }),
    };
  }
}
