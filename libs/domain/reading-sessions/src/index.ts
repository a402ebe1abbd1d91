export * from './achievements.ts';
export * from './cluster-page-stats.ts';
export * from './daily-totals.ts';
export * from './judge-upload.ts';
export * from './page-stat.ts';
export * from './streaks.ts';
