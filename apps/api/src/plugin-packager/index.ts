export { PluginPackagerModule } from './plugin-packager.module.ts';
export { PluginSource } from './plugin-source.ts';
