import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { PackagePlugin } from './package-plugin.ts';
import { PluginPackagerController } from './plugin-packager.controller.ts';
import { PluginSource } from './plugin-source.ts';

/** The plugin, packed for a user's download or a device's self-update. */
@Module({
  imports: [AuthModule],
  controllers: [PluginPackagerController],
  providers: [PackagePlugin, PluginSource],
  exports: [PluginSource],
})
export class PluginPackagerModule {}
