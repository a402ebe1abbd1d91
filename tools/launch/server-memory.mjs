/**
 * Keeps the server small while it scans or takes in years of page stats: both leave garbage faster than V8 thinks worth collecting,
 * and glibc keeps an arena for every thread that ever unpacked something. V8 lets a heap that may become large grow fourfold before
 * it looks for garbage, and one that may not by little more than half. Measured by `npm run bench -- scan ingest`.
 */
export const SERVER_NODE_OPTIONS = ['--max-semi-space-size=16', '--max-old-space-size=1024'];

/** @type {Readonly<Record<string, string>>} */
export const SERVER_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };
