export * from './cluster-page-stats.ts';
export * from './daily-totals.ts';
export * from './page-stat.ts';
