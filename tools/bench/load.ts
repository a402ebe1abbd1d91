import { Agent, request as httpRequest } from 'node:http';

/** One request to send. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
}

/** When a load is enough: when either is reached. */
export interface Enough {
  readonly seconds?: number;
  readonly requests?: number;
}

/** What a load measured on the client's side. */
export interface LoadFigures {
  readonly requests: number;
  readonly seconds: number;
  /** Of each request until its answer was read, ms, sorted. */
  readonly latenciesMs: readonly number[];
}

/** A client that has a fixed number of requests under way at a time, each on a kept-alive connection of its own. */
export class LoadClient {
  /** Requests each connection has sent so far. */
  private readonly sent: number[];

  constructor(connections: number) {
    this.sent = Array.from({ length: connections }, () => 0);
  }

  /**
   * Sends requests until there were enough.
   *
   * @param exchangeOf The n-th request of a connection, both counted from 0; n never repeats.
   * @throws Error when an answer is not 200.
   */
  async run(
    origin: string,
    { seconds = Infinity, requests = Infinity }: Enough,
    exchangeOf: (connection: number, n: number) => Exchange,
  ): Promise<LoadFigures> {
    // Servers close connections that are idle for seconds, so none is kept while others have their turn.
    const agent = new Agent({ keepAlive: true, maxSockets: this.sent.length });
    try {
      return await this.runWith(agent, origin, { seconds, requests }, exchangeOf);
    } finally {
      agent.destroy();
    }
  }

  private async runWith(
    agent: Agent,
    origin: string,
    { seconds, requests }: Required<Enough>,
    exchangeOf: (connection: number, n: number) => Exchange,
  ): Promise<LoadFigures> {
    const latenciesMs: number[] = [];
    let begun = 0;
    const started = performance.now();
    const deadline = started + seconds * 1000;
    await Promise.all(
      this.sent.map(async (_, connection) => {
        while (performance.now() < deadline && begun < requests) {
          begun += 1;
          const sentAt = performance.now();
          await send(agent, origin, exchangeOf(connection, this.nextOf(connection)));
          latenciesMs.push(performance.now() - sentAt);
        }
      }),
    );
    const took = (performance.now() - started) / 1000;
    return { requests: latenciesMs.length, seconds: took, latenciesMs: latenciesMs.sort((a, b) => a - b) };
  }

  private nextOf(connection: number): number {
    const n = this.sent[connection] ?? 0;
    this.sent[connection] = n + 1;
    return n;
  }
}

/** Sends one request on a connection of its own. Answers with the answer's text. Throws when it is not 200. */
export function sendOnce(origin: string, exchange: Exchange): Promise<string> {
  return send(undefined, origin, exchange);
}

function send(agent: Agent | undefined, origin: string, { method, path, headers, body }: Exchange): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const entity =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const request = httpRequest(`${origin}${path}`, { method, agent, headers: { ...headers, ...entity } });
  request.on('error', reject);
  request.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('error', reject);
    response.on('data', (chunk: string) => (text += chunk));
    response.on('end', () => {
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${text.slice(0, 300)}`));
    });
  });
  request.end(body);
  return promise;
}
