import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { defineQueue, JobQueue } from '../jobs/index.ts';
import { BookTranslator } from '../positions/index.ts';
import { PlaceQuoteRepository, type UnquotedPlace } from './place-quote.repository.ts';

const KEEP_QUOTES = defineQueue<Record<string, never>>('keep-quotes-of-places', {
  retryLimit: 0,
  heartbeatSeconds: 60,
  expireInSeconds: 600,
});
/** Every minute: what a device reports in between is one place to look up. */
const EVERY_MINUTE = '* * * * *';
const PLACES_A_RUN = 500;

/** Looks up the words at places devices reported, some time after they did: by them a place is found again once its file is rewritten. */
@Injectable()
export class KeepQuotes implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly translator: BookTranslator,
    private readonly quotes: PlaceQuoteRepository,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(KEEP_QUOTES, (_, { signal }) => this.run(signal));
    await this.jobs.repeat(KEEP_QUOTES, EVERY_MINUTE);
  }

  /** @param signal Aborted when the process is about to stop: the rest is for the next run. */
  async run(signal?: AbortSignal): Promise<void> {
    const { manager } = this.dataSource;
    const places = await this.quotes.findUnquoted(manager, PLACES_A_RUN);
    for (const ofFile of Map.groupBy(places, fileKey).values()) {
      if (signal?.aborted) return;
      const [first] = ofFile;
      if (!first) continue;
      const { bookFileId, domVersion } = first;
      const asked = ofFile.map(({ dialect, pointer }) => ({ dialect, start: pointer }));
      const found = await this.translator.quoteAt(manager, { bookFileId, domVersion: domVersion ?? undefined }, asked);
      for (const [n, place] of ofFile.entries()) await this.quotes.keep(manager, place, found[n]);
    }
  }
}

function fileKey({ bookFileId, domVersion }: UnquotedPlace): string {
  return `${bookFileId}/${domVersion}`;
}
