/** What a device sent, as far as whoever watches needs to know it. */
export interface DeviceExchange {
  readonly userId: number;
  /** The route below `plugin/`, or `kosync` for stock progress sync. */
  readonly route: string;
  /** As it was sent, unchecked. */
  readonly body: unknown;
}

/** Stands around every exchange of a device. Routes know only that somebody does; the module that keeps the feed says what happens. */
export abstract class ExchangeWatch {
  /**
   * Does the work, and writes down what came of it, a refusal too.
   *
   * @param doesWait Whether the answer waits until that is written.
   */
  abstract around<T>(exchange: DeviceExchange, work: () => Promise<T>, doesWait: boolean): Promise<T>;

  /** Writes down that a device came and was sent away for `reason`, once in a while for each. Nobody waits for it. */
  abstract turnedAway(exchange: DeviceExchange, reason: string): void;

  /** @returns The body of a plugin's request, with the id under which its device is kept, another than it sends when it is a copy, and how long it was held up. */
  abstract tellApart(userId: number, body: unknown): Promise<unknown>;
}

/** @returns The route of a plugin's request, as the feed names it. */
export function routeOf(path: string): string {
  return path.replace(/^.*\/plugin\//, '');
}
