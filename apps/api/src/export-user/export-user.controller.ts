import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { Refusal } from '../http/index.ts';
import { WriteExport } from './write-export.ts';

@ApiTags('Your data')
@Controller('export')
@WebAccess()
export class ExportUserController {
  /** One at a time for each: an export is much work, and lies on disk while it is sent. */
  private readonly running = new Set<number>();

  constructor(
    private readonly writeExport: WriteExport,
    private readonly clock: Clock,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** Everything the server keeps of the user who asks, as a zip. */
  @Get()
  @ApiProduces('application/zip')
  async export(@CurrentUser() { userId, permissions }: UserPrincipal, @Res() response: Response): Promise<void> {
    if (this.running.has(userId)) {
      throw new Refusal('rate_limited', 'An export of yours is being made; wait until it is done.', {
        retryAfterSeconds: 10,
      });
    }
    this.running.add(userId);
    const root = join(this.environment.dataDir, 'exports');
    await mkdir(root, { recursive: true });
    const folder = await mkdtemp(join(root, 'export-'));
    try {
      const path = join(folder, 'export.zip');
      await this.writeExport.run({ userId, seesDevices: permissions.includes('koreader_sync') }, path);
      const name = `bookorbit-${this.clock.now().toISOString().slice(0, 10)}.zip`;
      response.set({
        'Content-Type': 'application/zip',
        'Content-Length': String((await stat(path)).size),
        'Content-Disposition': `attachment; filename="${name}"`,
        'Cache-Control': 'private, no-store, no-transform',
      });
      // Who goes away in the middle is no fault of ours.
      await pipeline(createReadStream(path), response).catch(() => response.destroy());
    } finally {
      this.running.delete(userId);
      await rm(folder, { recursive: true, force: true });
    }
  }
}
