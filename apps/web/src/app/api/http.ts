import { Injectable, signal } from '@angular/core';
import { Failure, failureFromAnswer, offlineFailure } from './failure.ts';

/** Where the server's own routes begin. */
export const BASE_PATH = '/api/v1';

/** Values of a query string; what is `undefined` or empty is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Requests to our own server: JSON in, JSON or a file out, every refusal thrown as a `Failure`. */
@Injectable({ providedIn: 'root' })
export class Http {
  /** False from a request that got no answer until one that did. */
  readonly isReachable = signal(true);
  private readonly signedOutListeners: (() => void)[] = [];
  /** How often somebody signed in, or was known, since the page was opened. */
  private login = 0;

  /** Calls `listener` whenever the server no longer knows who is asking. */
  onSignedOut(listener: () => void): void {
    this.signedOutListeners.push(listener);
  }

  /** Somebody is signed in now: late answers to what was asked before say nothing of this login. */
  startLogin(): void {
    this.login += 1;
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

  /** Sends files, telling how much of them is gone, 0–1. */
  async upload<T>(path: string, form: FormData, progress: (fraction: number) => void): Promise<T> {
    const { login } = this;
    // Fetch does not tell how far an upload is.
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) progress(total === 0 ? 1 : loaded / total);
    };
    const isAnswered = await new Promise<boolean>((settle) => {
      request.onload = () => settle(true);
      request.onerror = request.onabort = request.ontimeout = () => settle(false);
      request.open('POST', BASE_PATH + path);
      request.setRequestHeader('accept', 'application/json');
      request.send(form);
    });
    this.isReachable.set(isAnswered);
    if (!isAnswered) throw offlineFailure();
    const answer = new Response(request.responseText || null, { status: request.status });
    return (await parsed(this.accepted(answer, await parsed(answer.clone()), login))) as T;
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await parsed(await this.send(method, path, body))) as T;
  }

  private async send(method: string, path: string, body?: unknown): Promise<Response> {
    const { login } = this;
    const answer = await this.reach(method, path, body);
    return answer.ok ? answer : this.accepted(answer, await parsed(answer), login);
  }

  /** @throws Failure for an answer that is no success. */
  private accepted(answer: Response, body: unknown, login: number): Response {
    if (answer.ok) return answer;
    const failure = failureFromAnswer(answer.status, body);
    if (failure.kind === 'signed_out' && login === this.login)
      for (const listener of this.signedOutListeners) listener();
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

/** The query string with its question mark; empty when nothing is asked. */
export function queryString(query: Query): string {
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
    if (answer.ok)
      throw new Failure('broken', $localize`What answered is not BookOrbit. Check the address and your network.`);
    return undefined;
  }
}
