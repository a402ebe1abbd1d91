import { percentile } from '../statistics.ts';

/** A request of a page, and how long its answers took. */
export interface RequestFigures {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly bytes: number;
}

const WARM_UP = 10;

/** Sends each request so many times, one after the other, and reads the answers whole. */
export async function measureRequests(
  origin: string,
  cookie: string,
  requests: readonly (readonly [name: string, path: string])[],
  times: number,
): Promise<RequestFigures[]> {
  const figures: RequestFigures[] = [];
  for (const [name, path] of requests) {
    const took: number[] = [];
    let bytes = 0;
    for (let n = -WARM_UP; n < times; n += 1) {
      const start = performance.now();
      const answer = await fetch(`${origin}/api/v1${path}`, { headers: { cookie } });
      bytes = (await answer.arrayBuffer()).byteLength;
      if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
      if (n >= 0) took.push(performance.now() - start);
    }
    const sorted = took.toSorted((a, b) => a - b);
    figures.push({ name, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), bytes });
  }
  return figures;
}
