import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { webApp } from './web-app.ts';

describe('the built web app', () => {
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bookorbit-web-'));
    writeFileSync(join(folder, 'index.html'), 'the page');
    writeFileSync(join(folder, 'main-ABCDEF12.js'), 'the script');
    writeFileSync(join(folder, 'favicon.svg'), 'the icon');
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
    rmSync(folder, { recursive: true });
  });

  it.each(['/', '/books/3', '/apix'])('answers %s with its page, to be asked for again each time', async (path) => {
    const { text, cacheControl } = await get(path);
    expect({ text, cacheControl }).toEqual({ text: 'the page', cacheControl: 'no-cache' });
  });

  it('lets browsers keep files whose name tells their content', async () => {
    const { text, cacheControl } = await get('/main-ABCDEF12.js');
    expect({ text, cacheControl }).toEqual({ text: 'the script', cacheControl: 'public, max-age=31536000, immutable' });
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

  async function get(path: string): Promise<{ text: string; cacheControl: string | null }> {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { text: await response.text(), cacheControl: response.headers.get('cache-control') };
  }
});
