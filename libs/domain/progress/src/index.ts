export * from './canonical-progress.ts';
export * from './judge-clock.ts';
export * from './late-request.ts';
export * from './place.ts';
export { type DeviceClock, readTimeOf, skewOf } from './read-time.ts';
export * from './reset.ts';
export * from './standing.ts';
