import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express from 'express';
import { webApp } from './web-app.ts';

describe('the built web app', () => {
  let outside: string;
  let server: Server;

  beforeAll(async () => {
    outside = mkdtempSync(join(tmpdir(), 'bookorbit-web-'));
    const folder = join(outside, 'browser');
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.html'), 'the page');
    writeFileSync(join(folder, 'main-ABCDEF12.js'), 'the script');
    writeFileSync(join(folder, 'favicon.svg'), 'the icon');
    writeFileSync(join(outside, 'secret-ABCDEF12.js'), 'the secret');
    const app = express();
    app.use(webApp(folder));
    app.use((_request, response) => {
      response.status(404).send('from behind the web app');
    });
    await new Promise<void>((resolve) => {
      server = app.listen(0, '127.0.0.1', () => resolve());
    });
  });

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(outside, { recursive: true });
  });

  it.each(['/', '/books/3', '/apix'])('answers %s with its page, to be asked for again each time', async (path) => {
    const { text, cacheControl } = await get(path);
    expect({ text, cacheControl }).toEqual({ text: 'the page', cacheControl: 'no-cache' });
  });

  it('lets browsers keep files whose name tells their content', async () => {
    const { text, cacheControl } = await get('/main-ABCDEF12.js');
    expect({ text, cacheControl }).toEqual({ text: 'the script', cacheControl: 'public, max-age=31536000, immutable' });
  });

  it.each(['br', 'gzip'])('packs them with %s where the browser unpacks it, time and again', async (encoding) => {
    for (let time = 0; time < 2; time += 1) {
      const { headers, body } = await getPacked('/main-ABCDEF12.js', encoding);
      expect(headers).toMatchObject({
        'content-encoding': encoding,
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      });
      const unpacked = encoding === 'br' ? brotliDecompressSync(body) : gunzipSync(body);
      expect(unpacked.toString()).toBe('the script');
    }
  });

  it('packs no file there is not, and none outside of the folder', async () => {
    for (const path of ['/gone-ABCDEF12.js', '/..%2Fsecret-ABCDEF12.js', '/%2e%2e/secret-ABCDEF12.js']) {
      const { headers, body } = await getPacked(path, 'br');
      expect(headers['content-encoding']).toBeUndefined();
      expect(body.toString()).not.toContain('secret');
    }
  });

  it('lets browsers ask again for all other files', async () => {
    expect(await get('/favicon.svg')).toMatchObject({ text: 'the icon', cacheControl: 'no-cache' });
  });

  it.each(['/api', '/api/v1/books', '/api/index.html', '/missing.js'])(
    'leaves %s to what comes after it',
    async (path) => {
      expect(await get(path)).toMatchObject({ text: 'from behind the web app' });
    },
  );

  /** As it came, still packed. */
  async function getPacked(path: string, encoding: string): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      httpGet({ host: '127.0.0.1', port, path, headers: { 'accept-encoding': encoding } }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(parts) }));
      }).on('error', reject);
    });
  }

  async function get(path: string): Promise<{ text: string; cacheControl: string | null }> {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { text: await response.text(), cacheControl: response.headers.get('cache-control') };
  }
});
