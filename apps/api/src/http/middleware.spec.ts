import express, { type RequestHandler } from 'express';
import type { AddressInfo } from 'node:net';
import { byPath } from './middleware.ts';

describe('byPath', () => {
  const mark =
    (letter: string): RequestHandler =>
    (request, _response, next) => {
      request.headers['x-seen'] = `${request.headers['x-seen'] as string | undefined}${letter}`;
      next();
    };
  const app = express();
  app.use(
    byPath([
      { prefix: '/api/v1', handlers: [mark('a'), mark('b')] },
      { prefix: '/api', handlers: [mark('c')] },
      { prefix: '/broken', handlers: [(_request, _response, next) => next(new Error('no')), mark('x')] },
      { prefix: '', handlers: [mark('d')] },
    ]),
  );
  app.use((request, response) => void response.send(request.headers['x-seen']));
  app.use(((_error, _request, response, _next) => void response.send('failed')) as express.ErrorRequestHandler);
  const server = app.listen(0);
  afterAll(() => server.close());

  it.each([
    ['/api/v1', '-ab'],
    ['/api/v1/books?q=/x', '-ab'],
    ['/API/V1/books', '-ab'],
    ['/api/v11', '-c'],
    ['/api', '-c'],
    ['/apis', '-d'],
    ['/', '-d'],
    ['/broken', 'failed'],
  ])('%s goes through %s', async (path, seen) => {
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-seen': '-' } });
    expect(await answer.text()).toBe(seen);
  });
});
