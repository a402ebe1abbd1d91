import { Injectable } from '@nestjs/common';
import type { PluginSource as PluginState, ServerUrl, SyncCheck } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { DEVICE_GUESSES, Throttle } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { ActivityRepository } from './activity.repository.ts';
import { isOlderVersion } from './compare-versions.ts';
import { judgeSync } from './judge-sync.ts';
import { PluginActivityRepository } from './plugin-activity.repository.ts';
import { SyncFactsRepository } from './sync-facts.repository.ts';

/** Answers "Why is it not syncing?" for one user: every row of the troubleshooting table, looked at now. */
@Injectable()
export class CheckSync {
  constructor(
    private readonly dataSource: DataSource,
    private readonly activity: ActivityRepository,
    private readonly pluginActivity: PluginActivityRepository,
    private readonly facts: SyncFactsRepository,
    private readonly throttle: Throttle,
    private readonly clock: Clock,
  ) {}

  async run(userId: number, serverUrl: ServerUrl, plugin: PluginState): Promise<SyncCheck> {
    const { manager } = this.dataSource;
    const account = await this.activity.findAccount(manager, userId);
    const counts = await this.pluginActivity.count(manager, userId);
    const stored = await this.facts.find(manager, userId);
    const wrongPasswords = account ? await this.throttle.countFailures(DEVICE_GUESSES, account.username) : 0;
    const { version } = plugin;
    const findings = judgeSync(
      {
        ...stored,
        account,
        serverUrl,
        plugin,
        wrongPasswords,
        matchedBooks: counts.matchedBooks,
        heldDeletes: counts.heldDeletes,
        pendingDeletes: counts.pendingDeletes,
        failedPositions: counts.failedPositions,
        devices: stored.devices.map(({ pluginVersion, receivesHighlights, ...device }) => ({
          ...device,
          hasPlugin: pluginVersion !== null,
          isOutdated: pluginVersion !== null && version !== undefined && isOlderVersion(pluginVersion, version),
          receivesHighlights: receivesHighlights ?? undefined,
        })),
      },
      this.clock.now(),
    );
    return { findings };
  }
}
