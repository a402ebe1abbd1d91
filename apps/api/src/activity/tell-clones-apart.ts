import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LIMITS } from '@bookorbit/contracts';
import {
  type ClockDecision,
  type ClockRecord,
  judgeClock,
  lateBySeconds,
  type ShownClock,
} from '@bookorbit/domain-progress';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import {
  doubtWhatWasSaid,
  doubtWhoSaid,
  findInstalls,
  type InstallRow,
  lockDevice,
  noteClock,
  saveCopy,
  saveInstalls,
} from './device-installs.ts';
import { judgeInstall, markerOf, type SeenInstall } from './judge-install.ts';

const SPLIT_DIGITS = 8;

/** An installation as it showed itself in one request. */
export interface ShownInstall extends SeenInstall {
  readonly clock?: ShownClock;
  /** Whether the clock is known together with its zone. */
  readonly tellsZone: boolean;
}

/** Finds the id under which a device's data is kept, which is not the one it sends when it is a copy of another. */
@Injectable()
export class TellClonesApart {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly clock: Clock,
  ) {}

  async run(userId: number, seen: ShownInstall): Promise<{ readonly keptAs: string; readonly lateBySeconds: number }> {
    const { manager } = this.dataSource;
    const known = await findInstalls(manager, userId, seen.deviceId);
    const decision = judgeInstall(installsOf(known), seen, splitId);
    const keptAs = decision.changes.length === 0 ? decision.keptAs : await this.settle(userId, seen);
    if (!seen.clock) return { keptAs, lateBySeconds: 0 };
    const told = judgeClockOf(known, seen, seen.clock);
    const { decision: byClock, rows } = told?.isSplit
      ? await this.settleClocks(userId, seen, seen.clock)
      : { decision: told, rows: known };
    const marker = byClock?.copy ?? markerOf(seen);
    const install = rows.find((row) => row.marker === marker);
    const news = byClock?.isChanged ? byClock.record : undefined;
    const original = rows.find((row) => row.marker === markerOf(seen));
    await noteClock(manager, userId, seen.deviceId, marker, seen.clock, {
      marker: markerOf(seen),
      before: original?.clocks ?? null,
      after: news,
    });
    return {
      keptAs: byClock?.copy === undefined ? keptAs : (install?.keptAs ?? keptAs),
      lateBySeconds: lateBySeconds(shownBefore(install), seen.clock),
    };
  }

  private settle(userId: number, seen: SeenInstall): Promise<string> {
    return this.transaction.run(async (tx) => {
      // Two requests of one new device decide one after the other.
      await lockDevice(tx, userId, seen.deviceId);
      const known = installsOf(await findInstalls(tx, userId, seen.deviceId));
      const settled = judgeInstall(known, seen, splitId);
      await saveInstalls(tx, userId, seen.deviceId, settled.changes, this.clock.now());
      const isSplit = settled.changes.some(({ marker }) => known.some((install) => install.marker === marker));
      if (isSplit) await doubtWhatWasSaid(tx, userId, settled.keptAs);
      else if (known.some(({ keptAs }) => keptAs === settled.keptAs)) await doubtWhoSaid(tx, userId, settled.keptAs);
      return settled.keptAs;
    });
  }

  /** Gives a copy that only its clock tells from the original an installation of its own. */
  private settleClocks(userId: number, seen: ShownInstall, shown: ShownClock): Promise<ToldByClock> {
    return this.transaction.run(async (tx) => {
      await lockDevice(tx, userId, seen.deviceId);
      const known = await findInstalls(tx, userId, seen.deviceId);
      const decision = judgeClockOf(known, seen, shown);
      if (!decision?.isSplit) return { decision, rows: known };
      const marker = markerOf(seen);
      const copy = nextCopy(known, marker);
      const install = { marker: copy, keptAs: splitId(seen.deviceId, copy) };
      await saveCopy(tx, userId, seen.deviceId, install, { marker, clocks: decision.record }, this.clock.now());
      const rows = await findInstalls(tx, userId, seen.deviceId);
      const original = rows.find((row) => row.marker === marker);
      if (original) await doubtWhatWasSaid(tx, userId, original.keptAs);
      return { decision, rows };
    });
  }
}

interface ToldByClock {
  readonly decision: ClockDecision | undefined;
  readonly rows: readonly InstallRow[];
}

function installsOf(rows: readonly InstallRow[]): InstallRow[] {
  return rows.filter((row) => row.copyOf === null);
}

/** Only our plugin is judged: it writes its clock anew into each request, and gives up before a delay could look like another clock. */
function judgeClockOf(
  known: readonly InstallRow[],
  seen: ShownInstall,
  { aheadSeconds }: ShownClock,
): ClockDecision | undefined {
  if (seen.installId === undefined || !seen.tellsZone) return undefined;
  const marker = markerOf(seen);
  const record = known.find((row) => row.marker === marker)?.clocks;
  return judgeClock(record ? withoutForgotten(record, known) : undefined, aheadSeconds, () => nextCopy(known, marker));
}

/** A copy its owner has forgotten begins anew, should it come again. */
function withoutForgotten({ clocks, last }: ClockRecord, known: readonly InstallRow[]): ClockRecord {
  const isKnown = (copy: string) => known.some(({ marker }) => marker === copy);
  const kept = clocks.filter(({ owner }) => owner?.copy === undefined || isKnown(owner.copy));
  const [lastSeen] = clocks.slice(last, last + 1);
  return { clocks: kept, last: lastSeen ? kept.indexOf(lastSeen) : -1 };
}

function nextCopy(known: readonly InstallRow[], marker: string): string {
  for (let n = 1; ; n += 1) {
    const copy = `${marker} clock ${n}`;
    if (!known.some((row) => row.marker === copy)) return copy;
  }
}

function shownBefore(install: InstallRow | undefined): ShownClock | undefined {
  if (!install || install.saidAt === null || install.aheadSeconds === null) return undefined;
  return { saidAt: Number(install.saidAt), aheadSeconds: Number(install.aheadSeconds) };
}

function splitId(deviceId: string, marker: string): string {
  const digits = createHash('sha256').update(marker).digest('hex').slice(0, SPLIT_DIGITS);
  return `${deviceId.slice(0, LIMITS.deviceIdLength - SPLIT_DIGITS - 1)}-${digits}`;
}
