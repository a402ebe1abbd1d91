import type { Request } from 'express';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a page of another site made the browser send this request. Browsers say so in `Sec-Fetch-Site`, or on plain http in
 * `Origin`; what carries neither is no browser, and holds no cookie it did not put in itself.
 *
 * @param publicUrl The configured address, for proxies that change `Host`.
 */
export function isCrossSite(request: Request, publicUrl: string | undefined): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const host = URL.parse(origin)?.host;
  if (host === undefined) return true;
  return host !== request.host && host !== URL.parse(publicUrl ?? '')?.host;
}
