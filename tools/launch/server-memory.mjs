/**
 * Keeps the server small while it scans: reading a thousand books leaves garbage faster than V8 thinks worth collecting, and
 * glibc keeps an arena for every thread that ever unpacked something. Measured by `npm run bench -- scan`.
 */
export const SERVER_NODE_OPTIONS = ['--max-semi-space-size=16'];

/** @type {Readonly<Record<string, string>>} */
export const SERVER_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };
