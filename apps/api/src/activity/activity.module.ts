import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { PluginPackagerModule } from '../plugin-packager/index.ts';
import { ActivityController } from './activity.controller.ts';
import { ActivityRepository } from './activity.repository.ts';

/** Read model of what devices did, for the settings page. */
@Module({
  imports: [AuthModule, PluginPackagerModule],
  controllers: [ActivityController],
  providers: [ActivityRepository],
})
export class ActivityModule {}
