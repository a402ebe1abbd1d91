import { TestBed } from '@angular/core/testing';
import { Http } from './http.ts';

const UNAUTHORIZED = { code: 401, statusCode: 401, error: 'unauthorized', message: 'Sign in.' };

/** Answers every request with `answer` and records what was asked. */
function answering(answer: () => { status: number; body: string }): { url: string; init: RequestInit }[] {
  const requests: { url: string; init: RequestInit }[] = [];
  globalThis.fetch = (async (url: string, init: RequestInit) => {
    requests.push({ url, init });
    const { status, body } = answer();
    return { ok: status < 400, status, text: async () => body };
  }) as unknown as typeof fetch;
  return requests;
}

describe('Http', () => {
  const { fetch } = globalThis;
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it('leaves parts of a query out that say nothing', async () => {
    const requests = answering(() => ({ status: 200, body: '{"books":[]}' }));
    await TestBed.inject(Http).get('/books', { q: 'les trois', libraryId: undefined, sort: '', offset: 0 });
    expect(requests[0]?.url).toBe('/api/v1/books?q=les+trois&offset=0');
  });

  it('sends a body as JSON, and no content type without one', async () => {
    const requests = answering(() => ({ status: 204, body: '' }));
    await TestBed.inject(Http).post('/session', { username: 'anna' });
    await TestBed.inject(Http).delete('/session');
    expect(requests[0]?.init).toMatchObject({
      body: '{"username":"anna"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(requests[1]?.init.headers).not.toHaveProperty('content-type');
  });

  it('tells its listeners when the server no longer knows who is asking', async () => {
    answering(() => ({ status: 401, body: JSON.stringify(UNAUTHORIZED) }));
    const listener = jest.fn();
    TestBed.inject(Http).onSignedOut(listener);
    await expect(TestBed.inject(Http).get('/books')).rejects.toMatchObject({ kind: 'signed_out' });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('hears nothing of this login in late answers to what was asked before it', async () => {
    const http = TestBed.inject(Http);
    let answerLate = (): void => undefined;
    globalThis.fetch = () =>
      new Promise((settle) => {
        answerLate = () =>
          settle({ ok: false, status: 401, text: async () => JSON.stringify(UNAUTHORIZED) } as Response);
      });
    const listener = jest.fn();
    http.onSignedOut(listener);
    const asked = http.get('/books');
    http.startLogin();
    answerLate();
    await expect(asked).rejects.toMatchObject({ kind: 'signed_out' });
    expect(listener).not.toHaveBeenCalled();
  });

  it('notices when nothing answers, and when something does again', async () => {
    const http = TestBed.inject(Http);
    globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(http.get('/books')).rejects.toMatchObject({ kind: 'offline' });
    expect(http.isReachable()).toBe(false);
    answering(() => ({ status: 200, body: '{}' }));
    await http.get('/books');
    expect(http.isReachable()).toBe(true);
  });

  it('does not take a page of some proxy for an answer', async () => {
    answering(() => ({ status: 200, body: '<html>Log in to the hotel Wi-Fi</html>' }));
    await expect(TestBed.inject(Http).get('/books')).rejects.toMatchObject({ kind: 'broken' });
  });
});
