export * from './merge-field.ts';
export * from './reading-status.ts';
export * from './status-by-progress.ts';
