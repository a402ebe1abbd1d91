import type { Request } from 'express';
import { isCrossSite } from './cross-site.ts';

function request(method: string, headers: Record<string, string>, host = 'books.example.com'): Request {
  return { method, headers, host } as unknown as Request;
}

describe('isCrossSite', () => {
  it('never minds requests that change nothing', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      expect(isCrossSite(request(method, { 'sec-fetch-site': 'cross-site' }), undefined)).toBe(false);
    }
  });

  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'same-site' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, true],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://books.example.com' }, true],
    [{ origin: 'https://books.example.com' }, false],
    [{ origin: 'https://books.example.com:8443' }, true],
    [{ origin: 'https://evil.example.com' }, true],
    [{ origin: 'null' }, true],
    [{ origin: 'http://[' }, true],
    [{}, false],
  ])('judges a change with %p as %p', (headers, expected) => {
    expect(isCrossSite(request('POST', headers as Record<string, string>), undefined)).toBe(expected);
  });

  it('knows the public address where a proxy changes the host', () => {
    const sent = request('POST', { origin: 'https://books.example.com' }, 'internal:3000');
    expect(isCrossSite(sent, undefined)).toBe(true);
    expect(isCrossSite(sent, 'https://books.example.com/path')).toBe(false);
  });
});
