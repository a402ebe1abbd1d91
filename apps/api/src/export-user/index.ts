export { ExportUserModule } from './export-user.module.ts';
export { WriteExport } from './write-export.ts';
