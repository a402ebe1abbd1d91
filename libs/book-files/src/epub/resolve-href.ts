/**
 * The zip path an href leads to, seen from the file `fromPath` of the same zip: fragment and query left out,
 * percent-encoding decoded, backslashes as slashes. Undefined for other sites and for what would lie outside the zip.
 */
export function resolveHref(fromPath: string, href: string): string | undefined {
  return resolveDecoded(fromPath, percentDecoded(withoutFragment(href.trim())));
}

/** {@link resolveHref} for zips whose names hold the percent signs themselves. */
export function resolveHrefAsWritten(fromPath: string, href: string): string | undefined {
  return resolveDecoded(fromPath, withoutFragment(href.trim()));
}

function resolveDecoded(fromPath: string, href: string): string | undefined {
  if (href === '' || /^[a-z][a-z0-9+.-]*:/i.test(href) || /^[\\/]{2}/.test(href)) return undefined;
  const path = href.replaceAll('\\', '/');
  const folders = path.startsWith('/') ? [] : fromPath.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') {
      if (folders.pop() === undefined) return undefined;
    } else if (step !== '' && step !== '.') folders.push(step);
  }
  return folders.length === 0 ? undefined : folders.join('/');
}

function withoutFragment(href: string): string {
  return href.replace(/[?#].*$/s, '');
}

/** Decodes what is valid and leaves the rest as written. */
function percentDecoded(href: string): string {
  return href.replace(/(?:%[0-9A-Fa-f]{2})+/g, (written) => {
    try {
      return decodeURIComponent(written);
    } catch {
      return written;
    }
  });
}
