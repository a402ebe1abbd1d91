import {
  type AnnotationExchangeResult,
  type BookStateResult,
  type DeviceAnnotation,
  LIMITS,
} from '@bookorbit/contracts';
import type { Line } from './courier.ts';
import { SimulatedDevice } from './device.ts';
import type { DeviceDocument } from './device-document.ts';

type Results<T> = { readonly results: readonly (T & { readonly hash: string })[] };

/** A device with another client of the plugin's routes: it speaks no `protocol`, and what its list lacks is deleted. */
export class OlderReader extends SimulatedDevice {
  readonly hasProtocol = false;
  readonly exchangesAll = true;

  async sync(line: Line): Promise<void> {
    const { documents } = this;
    const moved = documents.filter(({ place, pushed }) => place && place !== pushed);
    if (moved.length > 0) {
      const items = moved.map(({ hash, place }) => ({ hash, ...place }));
      await line.ask('POST', 'plugin/progress', { ...this.envelope(), items });
      for (const document of moved) document.pushed = document.place;
    }
    await this.sendStatistics(line);
    const values = documents.map(({ state }) => state.values);
    const states = documents.map(({ hash, state }) => ({ hash, ...state.wholeItem() }));
    const stated = await this.post<BookStateResult>(line, 'book-states', states);
    stated.forEach((answer, n) => documents[n]?.state.receive(answer, values[n] ?? {}, 'older'));
    await this.acknowledge(line);
    const sent = documents.map(({ notes }) => notes.book());
    const books = documents.map(({ hash }, n) => ({ hash, ...sent[n] }));
    const exchanged = await this.post<AnnotationExchangeResult>(line, 'annotations/exchange', books);
    for (const [n, answer] of exchanged.entries()) {
      const [document, book] = [documents[n], sent[n]];
      if (document && book) document.notes.receive(book, answer);
    }
    await this.acknowledge(line);
  }

  hasNews(): boolean {
    return this.documents.some(
      ({ notes, place, pushed, statistics }) => notes.hasNews() || place !== pushed || statistics.slice() !== undefined,
    );
  }

  /** It knows no watermark, and sends everything. */
  private async sendStatistics(line: Line): Promise<void> {
    const fresh = this.documents.filter(({ statistics }) => statistics.slice() !== undefined);
    if (fresh.length === 0) return;
    const books = fresh.map(({ hash, statistics }) => ({
      hash,
      events: statistics.rows().map(([page, startTime, durationSeconds, totalPages]) => ({
        ...{ page, startTime, durationSeconds, totalPages },
      })),
    }));
    await this.post(line, 'page-stats', books);
    for (const { statistics } of fresh) statistics.noteAllSent();
  }

  private async acknowledge(line: Line): Promise<void> {
    const owing = this.documents.flatMap((document) => {
      const acks = document.notes.acks();
      return acks ? [{ document, acks }] : [];
    });
    if (owing.length === 0) return;
    const books = owing.map(({ document: { hash }, acks }) => ({ hash, ...acks }));
    await this.post(line, 'annotations/exchange-ack', books);
    for (const { document, acks } of owing) document.notes.dropAcks(acks);
  }

  private async post<T>(line: Line, route: string, books: readonly object[]): Promise<Results<T>['results']> {
    return (await line.ask<Results<T>>('POST', `plugin/${route}`, { ...this.envelope(), books })).results;
  }
}

/** KOReader's own progress sync: places only, the last write wins. */
export class StockReader extends SimulatedDevice {
  readonly hasProtocol = false;
  readonly exchangesAll = false;

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

const NOTHING: readonly DeviceAnnotation[] = [];

/** A client that only sends highlights, all of them each time, and hears nothing of what others do. */
export class UploadReader extends SimulatedDevice {
  readonly hasProtocol = false;
  readonly exchangesAll = false;
  private readonly sent = new Map<DeviceDocument, readonly DeviceAnnotation[]>();

  async sync(line: Line): Promise<void> {
    for (const document of this.documents) {
      const { items } = document.notes;
      for (let from = 0; from < items.length; from += LIMITS.annotationChanges.older) {
        const annotations = items.slice(from, from + LIMITS.annotationChanges.older);
        const books = [{ hash: document.hash, annotations }];
        await line.ask('POST', 'plugin/annotations', { ...this.envelope(), books });
      }
      this.sent.set(document, items);
    }
  }

  hasNews(): boolean {
    return this.documents.some(
      (document) => (this.sent.get(document) ?? NOTHING) !== document.notes.items && document.notes.items.length > 0,
    );
  }
}
