import { type Agent, request } from 'node:http';
import { connect } from 'node:net';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const ANSWER_WITHIN_MS = 20_000;

/** Sends bytes no well-behaved client would. A stream of events is left once it has begun. */
export function sendRaw(
  origin: string,
  { method, path, headers, body }: RawRequest,
  agent?: Agent,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({ hostname, port, method, path, headers: { ...length, ...headers }, agent }, (response) => {
      const parts: Buffer[] = [];
      const finish = () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        });
      if (response.headers['content-type']?.startsWith('text/event-stream')) {
        finish();
        response.destroy();
        return;
      }
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('end', finish);
      response.once('error', reject);
    });
    sent.setTimeout(ANSWER_WITHIN_MS, () => sent.destroy(new Error(`No answer to ${method} ${path.slice(0, 200)}`)));
    sent.once('error', (error: NodeJS.ErrnoException) => {
      // The server may hang up a connection that was idle in the moment it is used again; on a fresh one that is a fault.
      const wasIdle = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      if (wasIdle) sendRaw(origin, { method, path, headers, body }).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });
}

/** Sends bytes that may be no HTTP at all, and reads until the server hangs up. */
export function sendBytes(origin: string, bytes: Buffer | string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const parts: Buffer[] = [];
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('The server neither answered nor hung up')));
    socket.on('data', (part) => parts.push(part));
    socket.once('error', reject);
    socket.once('close', () => resolve(Buffer.concat(parts).toString('latin1')));
  });
}
