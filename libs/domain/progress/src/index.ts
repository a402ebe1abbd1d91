export * from './canonical-progress.ts';
export * from './place.ts';
export * from './read-time.ts';
export * from './reset.ts';
