import type { AnnotationExchangeResult, BookStateResult } from '@bookorbit/contracts';
import type { Line } from './courier.ts';
import { SimulatedDevice } from './device.ts';

type Results<T> = { readonly results: readonly (T & { readonly hash: string })[] };

/** A device with another client of the plugin's routes: it speaks no `protocol`, and what its list lacks is deleted. */
export class OlderReader extends SimulatedDevice {
  readonly hasProtocol = false;

  async sync(line: Line): Promise<void> {
    for (const document of this.documents) {
      const { hash, notes, statistics, state, place } = document;
      const post = <T>(route: string, book: object) =>
        line.ask<Results<T>>('POST', `plugin/${route}`, { ...this.envelope(), books: [{ hash, ...book }] });
      if (place && place !== document.pushed) {
        await line.ask('POST', 'plugin/progress', { ...this.envelope(), items: [{ hash, ...place }] });
        document.pushed = place;
      }
      const events = statistics.rows().map(([page, startTime, durationSeconds, totalPages]) => ({
        ...{ page, startTime, durationSeconds, totalPages },
      }));
      // It knows no watermark, and sends everything.
      if (events.length > 0 && statistics.slice()) {
        await post('page-stats', { events });
        statistics.noteAllSent();
      }
      const values = state.values;
      const [stated] = (await post<BookStateResult>('book-states', state.wholeItem())).results;
      if (stated) state.receive(stated, values, ['rating', 'review']);
      await this.acknowledge(line, document);
      const sent = notes.book();
      const [exchanged] = (await post<AnnotationExchangeResult>('annotations/exchange', sent)).results;
      if (exchanged) notes.receive(sent, exchanged);
      await this.acknowledge(line, document);
    }
  }

  hasNews(): boolean {
    return this.documents.some(
      ({ notes, place, pushed, statistics }) => notes.hasNews() || place !== pushed || statistics.slice() !== undefined,
    );
  }

  private async acknowledge(line: Line, { hash, notes }: SimulatedDevice['documents'][number]): Promise<void> {
    const acks = notes.acks();
    if (!acks) return;
    await line.ask('POST', 'plugin/annotations/exchange-ack', { ...this.envelope(), books: [{ hash, ...acks }] });
    notes.dropAcks(acks);
  }
}

/** KOReader's own progress sync: places only, the last write wins. */
export class StockReader extends SimulatedDevice {
  readonly hasProtocol = false;

  async sync(line: Line): Promise<void> {
    const { deviceId, model } = this.identity;
    for (const document of this.documents) {
      const { hash, place } = document;
      if (place && place !== document.pushed) {
        const { percentage, progress } = place;
        await line.ask('PUT', 'syncs/progress', {
          ...{ document: hash, percentage, progress, device: model, device_id: deviceId },
        });
        document.pushed = place;
      }
      await line.ask('GET', `syncs/progress/${hash}`);
    }
  }

  hasNews(): boolean {
    return this.documents.some(({ place, pushed }) => place !== pushed);
  }
}
