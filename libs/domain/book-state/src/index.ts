export * from './change-time.ts';
export * from './merge-field.ts';
export * from './merge-status.ts';
export * from './reading-status.ts';
export * from './readings.ts';
export * from './status-by-progress.ts';
