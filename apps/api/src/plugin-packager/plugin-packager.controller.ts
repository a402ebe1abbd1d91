import { Body, Controller, Get, Header, HttpCode, Inject, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsUrl } from 'class-validator';
import type { PluginPackageRequest, PluginVersionAnswer } from '@bookorbit/contracts';
import type { Request } from 'express';
import { CurrentUser, DeviceAccess, ofKoreader, TellsPages, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { ENVIRONMENT, type Environment, SERVER_VERSION } from '../config/index.ts';
import { serverEnvelope } from '../device/index.ts';
import { Optional, originOf } from '../http/index.ts';
import { PackagePlugin } from './package-plugin.ts';
import { PluginSource } from './plugin-source.ts';

/** What this server can do for a plugin that asks; grows with the protocol. */
const CAPABILITIES = [
  'progress',
  'matchCheck',
  'selfUpdate',
  'pageStats',
  'bookStates',
  'oneCallSync',
  'sweeps',
  'annotationSync',
  'bookmarkSync',
  'gzipRequests',
];
const ATTACHMENT = 'attachment; filename="bookorbit.koplugin.zip"';

class PluginPackageDto implements PluginPackageRequest {
  @Optional()
  @IsUrl(
    {
      protocols: ['http', 'https'],
      require_protocol: true,
      require_tld: false,
      disallow_auth: true,
      allow_query_components: false,
      allow_fragments: false,
    },
    { message: 'origin must be an address such as http://192.168.1.20:3000.' },
  )
  readonly origin?: string;
}

@ApiTags('KOReader plugin')
@Controller('koreader')
export class PluginPackagerController {
  constructor(
    private readonly packagePlugin: PackagePlugin,
    private readonly source: PluginSource,
    private readonly clock: Clock,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** The download of the settings page: POST, because each mints a device key. */
  @Post('plugin-packages')
  @TellsPages(ofKoreader)
  @WebAccess('koreader_sync')
  @HttpCode(200)
  @Header('Content-Type', 'application/zip')
  @Header('Content-Disposition', ATTACHMENT)
  @Header('Cache-Control', 'no-store')
  async download(
    @CurrentUser() user: UserPrincipal,
    @Body() body: PluginPackageDto,
    @Req() request: Request,
  ): Promise<StreamableFile> {
    const origin = body.origin?.replace(/\/+$/, '') ?? originOf(request, this.environment.publicUrl);
    return new StreamableFile(await this.packagePlugin.forUser(user.userId, origin));
  }

  @Get('plugin/version')
  @DeviceAccess('plugin')
  async version(): Promise<PluginVersionAnswer> {
    const plugin = await this.source.read();
    return {
      ...serverEnvelope(this.clock.now()),
      pluginVersion: plugin.version,
      serverVersion: SERVER_VERSION,
      capabilities: CAPABILITIES,
      files: plugin.files.map(({ path, sha256 }) => ({ path, sha256 })),
    };
  }

  @Get('plugin/package')
  @DeviceAccess('plugin')
  @Header('Content-Type', 'application/zip')
  @Header('Content-Disposition', ATTACHMENT)
  async package(): Promise<StreamableFile> {
    return new StreamableFile(await this.packagePlugin.forUpdate());
  }
}
