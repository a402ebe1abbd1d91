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

/** A client with a fixed number of kept-alive connections, each with one request under way at a time. */
export class LoadClient {
  private readonly agent: Agent;
  private readonly connections: number;
  private readonly sent: number[];

  constructor(connections: number) {
    this.connections = connections;
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
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
    const latenciesMs: number[] = [];
    let begun = 0;
    const started = performance.now();
    const deadline = started + seconds * 1000;
    await Promise.all(
      this.sent.map(async (_, connection) => {
        while (performance.now() < deadline && begun < requests) {
          begun += 1;
          const sentAt = performance.now();
          await this.send(origin, exchangeOf(connection, this.nextOf(connection)));
          latenciesMs.push(performance.now() - sentAt);
        }
      }),
    );
    const took = (performance.now() - started) / 1000;
    return { requests: latenciesMs.length, seconds: took, latenciesMs: latenciesMs.sort((a, b) => a - b) };
  }

  /** Sends one request. Answers with the answer's text. Throws when it is not 200. */
  send(origin: string, { method, path, headers, body }: Exchange): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const withBody =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpRequest(`${origin}${path}`, {
      method,
      agent: this.agent,
      headers: { ...headers, ...withBody },
    });
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

  /** How many connections it has. */
  get size(): number {
    return this.connections;
  }

  close(): void {
    this.agent.destroy();
  }

  private nextOf(connection: number): number {
    const n = this.sent[connection] ?? 0;
    this.sent[connection] = n + 1;
    return n;
  }
}
