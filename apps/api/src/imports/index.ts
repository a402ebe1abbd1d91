export { ImportsWorkersModule } from './imports-workers.module.ts';
export { ImportsModule } from './imports.module.ts';
