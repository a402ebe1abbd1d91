import { Injectable, signal } from '@angular/core';
import { Failure, failureFromAnswer, offlineFailure } from './failure.ts';

const BASE_PATH = '/api/v1';

/** Values of a query string; what is `undefined` or empty is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Requests to our own server: JSON in, JSON or a file out, every refusal thrown as a `Failure`. */
@Injectable({ providedIn: 'root' })
export class Http {
  /** False from a request that got no answer until one that did. */
  readonly isReachable = signal(true);
  private readonly signedOutListeners: (() => void)[] = [];

  /** Calls `listener` whenever the server no longer knows who is asking. */
  onSignedOut(listener: () => void): void {
    this.signedOutListeners.push(listener);
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.json<T>('GET', path + queryString(query));
  }

  post<T = void>(path: string, body?: unknown): Promise<T> {
    return this.json<T>('POST', path, body);
  }

  put<T = void>(path: string, body: unknown): Promise<T> {
    return this.json<T>('PUT', path, body);
  }

  patch<T = void>(path: string, body: unknown): Promise<T> {
    return this.json<T>('PATCH', path, body);
  }

  delete<T = void>(path: string): Promise<T> {
    return this.json<T>('DELETE', path);
  }

  /** Gets a file. */
  async postForFile(path: string, body: unknown): Promise<Blob> {
    return (await this.send('POST', path, body)).blob();
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await parsed(await this.send(method, path, body))) as T;
  }

  private async send(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await this.reach(method, path, body);
    if (answer.ok) return answer;
    const failure = failureFromAnswer(answer.status, await parsed(answer));
    if (failure.kind === 'signed_out') for (const listener of this.signedOutListeners) listener();
    throw failure;
  }

  private async reach(method: string, path: string, body: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    try {
      const answer = await fetch(BASE_PATH + path, {
        method,
        headers,
        credentials: 'same-origin',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      this.isReachable.set(true);
      return answer;
    } catch {
      this.isReachable.set(false);
      throw offlineFailure();
    }
  }
}

function queryString(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

/** The body as JSON; `undefined` when it is empty or no JSON. */
async function parsed(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (answer.ok) throw new Failure('broken', 'What answered is not BookOrbit. Check the address and your network.');
    return undefined;
  }
}
