import { networkInterfaces } from 'node:os';
import type { ServerUrl } from '@bookorbit/contracts';
import type { Request } from 'express';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i;
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[?f[cd][0-9a-f]{2}:|\[?fe80:)|\.(local|lan|home|internal)$/i;

/** @returns IPv4 addresses of this machine in its networks, without loopback. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** @returns The origin people and devices reach this server by: the configured one, else the one this request came to. */
export function originOf(request: Request, publicUrl: string | undefined): string {
  return publicUrl ?? `${request.protocol}://${request.host}`;
}

/** How far an origin carries. */
export function reachOf(origin: string): ServerUrl['reach'] {
  const host = URL.parse(origin)?.hostname ?? '';
  if (LOOPBACK.test(host)) return 'loopback';
  return PRIVATE.test(host) || !host.includes('.') ? 'lan' : 'public';
}

/** @returns The address to give to KOReader, with better ones where only this computer reaches it. */
export function serverUrl(request: Request, publicUrl: string | undefined): ServerUrl {
  const origin = originOf(request, publicUrl);
  const path = '/api/v1/koreader';
  const reach = reachOf(origin);
  const port = URL.parse(origin)?.port;
  const alternatives =
    reach === 'loopback' ? lanAddresses().map((host) => `http://${host}${port ? `:${port}` : ''}${path}`) : [];
  return { url: origin + path, reach, alternatives };
}
