import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from './refusal.ts';

/** Answers what Node refuses before there is a request, in the same form as everything else. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else socket.end(bytesOf(refusalOfParser(error.code)));
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const refusal = new Refusal('bad_request', 'The server does not do what the Expect header asks; leave it out.');
    const body = JSON.stringify(refusal.answer());
    response.writeHead(refusal.status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  });
}

function refusalOfParser(code: string | undefined): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Refusal('payload_too_large', 'The headers of the request are too large; send fewer or shorter ones.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal('bad_request', 'The request took too long to arrive; send it again.');
    default:
      return new Refusal('bad_request', 'This is no HTTP request; check what was sent.');
  }
}

/** An answer as it goes over the wire: there is no response object yet that could write it. */
function bytesOf(refusal: Refusal): string {
  const body = JSON.stringify(refusal.answer());
  return [
    `HTTP/1.1 ${refusal.status} Refused`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
