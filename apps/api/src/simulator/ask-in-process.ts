import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';

/** What came back. */
export interface InProcessAnswer {
  readonly status: number;
  readonly body: unknown;
}

const LONGEST_MS = 120_000;

/** Asks a server without a network: the request goes through everything a real one does, but for the socket. */
export function askInProcess(
  app: INestApplication,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<InProcessAnswer> {
  const socket = new Socket();
  const request = new IncomingMessage(socket);
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  request.method = method;
  request.url = path;
  request.headers = {
    host: 'in-process',
    ...headers,
    ...(bytes && { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
  };
  if (bytes) request.push(bytes);
  request.push(null);
  request.complete = true;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${method} ${path} was never answered`)), LONGEST_MS);
    const response = collectingResponse(request, (status, text) => {
      clearTimeout(late);
      socket.destroy();
      try {
        resolve({ status, body: text === '' ? undefined : JSON.parse(text) });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    const handle = app.getHttpAdapter().getInstance() as (request: IncomingMessage, response: ServerResponse) => void;
    handle(request, response);
  });
}

/** Keeps what is written instead of sending it. Express gives a response another prototype, so its own properties are what counts. */
function collectingResponse(request: IncomingMessage, done: (status: number, text: string) => void): ServerResponse {
  const response = new ServerResponse(request);
  const parts: Buffer[] = [];
  let hasBegun = false;
  const keep = (part: unknown) => {
    if (typeof part === 'string') parts.push(Buffer.from(part));
    else if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  };
  Object.defineProperty(response, 'headersSent', { get: () => hasBegun });
  return Object.assign(response, {
    writeHead(status: number, ...rest: unknown[]): ServerResponse {
      response.statusCode = status;
      const headers = rest.at(-1);
      if (typeof headers === 'object' && headers !== null) {
        for (const [name, value] of Object.entries(headers as OutgoingHttpHeaders)) {
          if (value !== undefined) response.setHeader(name, value);
        }
      }
      hasBegun = true;
      return response;
    },
    write(part: unknown): boolean {
      if (!hasBegun) response.writeHead(response.statusCode);
      keep(part);
      return true;
    },
    end(part?: unknown): ServerResponse {
      if (!hasBegun) response.writeHead(response.statusCode);
      keep(part);
      response.emit('finish');
      done(response.statusCode, Buffer.concat(parts).toString('utf8'));
      return response;
    },
  });
}
