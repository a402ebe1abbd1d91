import type { Request } from 'express';
import { originOf, reachOf, serverUrl } from './server-address.ts';

const request = (protocol: string, host: string) => ({ protocol, host }) as Request;

describe('the server’s address', () => {
  it.each([
    ['http://localhost:3000', 'loopback'],
    ['http://127.0.0.1', 'loopback'],
    ['http://127.9.9.9:80', 'loopback'],
    ['http://[::1]:3000', 'loopback'],
    ['http://192.168.1.20:3000', 'lan'],
    ['http://10.0.0.7', 'lan'],
    ['http://172.16.0.1', 'lan'],
    ['http://172.32.0.1', 'public'],
    ['http://169.254.7.7', 'lan'],
    ['http://[fd00::1]', 'lan'],
    ['http://nas', 'lan'],
    ['http://nas.local', 'lan'],
    ['https://books.example.com', 'public'],
    ['https://localhost.example.com', 'public'],
  ])('%s carries as far as %s', (origin, reach) => expect(reachOf(origin)).toBe(reach));

  it('is that of the request unless one is set', () => {
    expect(originOf(request('https', 'a.example:8443'), undefined)).toBe('https://a.example:8443');
    expect(originOf(request('http', 'a'), 'https://b.example/books')).toBe('https://b.example/books');
  });

  it('comes with better ones only where it is of no use on a device', () => {
    expect(serverUrl(request('http', 'localhost:3000'), undefined)).toMatchObject({
      url: 'http://localhost:3000/api/v1/koreader',
      reach: 'loopback',
    });
    expect(serverUrl(request('http', '192.168.1.2'), undefined)).toMatchObject({ reach: 'lan', alternatives: [] });
  });
});
