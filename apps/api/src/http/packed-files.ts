import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, RequestHandler } from 'express';

const packWith = {
  br: (data: Buffer) => promisify(brotliCompress)(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (data: Buffer) => promisify(gzip)(data, { level: 9 }),
} as const;
type Encoding = keyof typeof packWith;

const TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' } as const;

/**
 * Serves files of `folder` packed, each packed once and kept: nothing ever changes under their names. Whatever `names` does not match, and
 * clients that unpack nothing, are left to the next handler.
 */
export function packedFiles(folder: string, names: RegExp, cacheControl: string): RequestHandler {
  const packed = new Map<string, Promise<Buffer | undefined>>();
  return async (request, response, next) => {
    const name = request.path.slice(1);
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1) as keyof typeof TYPES];
    const encoding = encodingFor(request);
    if (type === undefined || encoding === undefined || !names.test(name) || !/^[\w.-]+$/.test(name)) {
      next();
      return;
    }
    const key = `${encoding} ${name}`;
    const packing = packed.get(key) ?? readPacked(join(folder, name), encoding);
    packed.set(key, packing);
    const body = await packing;
    if (body === undefined) {
      // Names nobody built would fill the memory.
      packed.delete(key);
      next();
      return;
    }
    response.vary('Accept-Encoding');
    response.set({ 'Content-Type': type, 'Content-Encoding': encoding, 'Cache-Control': cacheControl }).send(body);
  };
}

function encodingFor(request: Request): Encoding | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  return (['br', 'gzip'] as const).find((encoding) => request.acceptsEncodings(encoding) === encoding);
}

async function readPacked(path: string, encoding: Encoding): Promise<Buffer | undefined> {
  const data = await readFile(path).catch(() => undefined);
  return data && packWith[encoding](data);
}
