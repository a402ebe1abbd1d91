import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Refusal } from '../http/index.ts';

const WINDOW_SECONDS = 300;
const FAILURES_PER_NAME = 20;
const FAILURES_PER_ADDRESS = 60;
const DAY_SECONDS = 86_400;
/** How long an address from which a name was proven right is told from strangers'. */
const KNOWN_FOR_SECONDS = 30 * DAY_SECONDS;

/**
 * Counts failed guesses in Postgres, so that every server process sees them, and refuses more before any slow hash is computed.
 *
 * A name is counted apart at each address from which it was proven right lately: nobody can lock people out by guessing at their name
 * from elsewhere, and no process has to know their secret for it.
 */
@Injectable()
export class Throttle {
  private readonly perName: RateLimiterPostgres;
  private readonly perAddress: RateLimiterPostgres;
  private readonly perKnownPlace: RateLimiterPostgres;
  private readonly knownPlaces: RateLimiterPostgres;

  constructor(dataSource: DataSource) {
    const pool = (dataSource.driver as PostgresDriver).master as unknown;
    const limiter = (keyPrefix: string, points: number) =>
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        tableName: 'throttles',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix,
        points,
        duration: WINDOW_SECONDS,
      });
    this.perName = limiter('name', FAILURES_PER_NAME);
    this.perAddress = limiter('address', FAILURES_PER_ADDRESS);
    this.perKnownPlace = limiter('place', FAILURES_PER_NAME);
    this.knownPlaces = limiter('known', 1);
  }

  /**
   * Runs one guess. It counts as failed until it proves right, so that many at once cannot slip through.
   *
   * @param scope Which kind of name it is, so that web users and KOReader accounts do not share a count.
   * @param guess Says whether the guess was right.
   * @throws Refusal `rate_limited` before the guess is made.
   */
  async guess(scope: string, name: string, address: string, guess: () => Promise<boolean>): Promise<boolean> {
    const nameKey = nameKeyOf(scope, name);
    const placeKey = placeKeyOf(nameKey, address);
    await this.count(this.perAddress, address);
    const isKnown = (await this.knownPlaces.get(placeKey)) !== null;
    const [limiter, key] = isKnown ? [this.perKnownPlace, placeKey] : [this.perName, nameKey];
    await this.count(limiter, key);
    const isRight = await guess();
    if (isRight) {
      await Promise.all([
        limiter.reward(key, 1),
        this.perAddress.reward(address, 1),
        this.knownPlaces.set(placeKey, 1, KNOWN_FOR_SECONDS),
      ]);
    }
    return isRight;
  }

  /** How many guesses at a name failed in the last minutes. */
  async countFailures(scope: string, name: string): Promise<number> {
    return (await this.perName.get(nameKeyOf(scope, name)))?.consumedPoints ?? 0;
  }

  /** Forgets the failures for a name that has a new secret now: guesses at the old one say nothing about it. */
  async forgive(scope: string, name: string): Promise<void> {
    await this.perName.delete(nameKeyOf(scope, name));
  }

  private async count(limiter: RateLimiterPostgres, key: string): Promise<void> {
    try {
      await limiter.consume(key, 1);
    } catch (rejection) {
      if (!(rejection instanceof RateLimiterRes)) throw rejection;
      const retryAfterSeconds = Math.max(1, Math.ceil(rejection.msBeforeNext / 1000));
      throw new Refusal(
        'rate_limited',
        `Too many wrong passwords; try again in ${Math.ceil(retryAfterSeconds / 60)} min.`,
        {
          retryAfterSeconds,
        },
      );
    }
  }
}

function nameKeyOf(scope: string, name: string): string {
  return `${scope}:${createHash('sha256').update(name.toLowerCase()).digest('base64url')}`;
}

function placeKeyOf(nameKey: string, address: string): string {
  return createHash('sha256').update(`${nameKey}@${address}`).digest('base64url');
}
