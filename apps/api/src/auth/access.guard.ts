import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { Refusal } from '../http/index.ts';
import { ACCESS, type Access, type IdentifiedRequest } from './access.decorator.ts';
import { ExchangeWatch, routeOf } from './exchange-watch.ts';
import { kosyncCredentials, KOREADER_STRATEGY } from './koreader.strategy.ts';
import { Logins } from './logins.ts';
import type { DevicePrincipal } from './principals.ts';
import { isCrossSite } from './cross-site.ts';
import { VerifyDevice } from './verify-device.ts';

/** Puts the KOReader account on the request, or refuses in the form every client reads. */
class BasicGuard extends AuthGuard(KOREADER_STRATEGY) {
  override getAuthenticateOptions() {
    return { session: false, property: 'device' };
  }

  override handleRequest<T>(error: unknown, device: T | false): T {
    if (error) throw error;
    if (!device) {
      throw new Refusal(
        'unauthorized',
        'Send the name and key of a KOReader account; it is made in BookOrbit under Settings › Integrations › KOReader.',
      );
    }
    return device;
  }
}

/** Asks at every request who is calling and whether they may. A route that declares no access is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly basic = new BasicGuard();

  constructor(
    private readonly reflector: Reflector,
    private readonly logins: Logins,
    private readonly verifyDevice: VerifyDevice,
    private readonly watch: ExchangeWatch,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    if (!access) throw new Refusal('forbidden', 'This route declares nobody who may call it.');
    switch (access.kind) {
      case 'public':
        this.refuseCrossSite(request);
        return true;
      case 'web':
        this.refuseCrossSite(request);
        request.user = await this.identifyUser(request, access);
        return true;
      case 'device':
        request.device = await this.identifyDevice(request, context);
        this.refuseWhenSwitchedOff(request, access.routes);
        return true;
    }
  }

  private async identifyUser(request: Request, access: Extract<Access, { kind: 'web' }>) {
    const user = await this.logins.find(request);
    if (!user) throw new Refusal('unauthorized', 'Sign in first.');
    if (access.permission !== undefined && !user.permissions.includes(access.permission)) {
      throw new Refusal('forbidden', `This needs the permission ${access.permission}; ask an admin for it.`);
    }
    return user;
  }

  private async identifyDevice(
    request: IdentifiedRequest,
    context: ExecutionContext,
  ): Promise<DevicePrincipal | undefined> {
    const credentials = kosyncCredentials(request);
    if (credentials) return this.verifyDevice.run(credentials);
    await this.basic.canActivate(context);
    return request.device;
  }

  private refuseWhenSwitchedOff(request: IdentifiedRequest, routes: 'stock' | 'plugin'): void {
    const { device, method, path } = request;
    if (!device || device.isSyncEnabled) return;
    const message =
      'Progress sync is switched off; switch it on in BookOrbit under Settings › Integrations › KOReader.';
    if (method !== 'GET') {
      const route = routes === 'stock' ? 'kosync' : routeOf(path);
      this.watch.turnedAway({ userId: device.userId, route, body: request.body as unknown }, message);
    }
    // A stock client stops at 401, and keeps any other refusal in its queue for weeks.
    throw new Refusal(routes === 'stock' ? 'unauthorized' : 'sync_disabled', message);
  }

  private refuseCrossSite(request: Request): void {
    if (isCrossSite(request, this.environment.publicUrl)) {
      throw new Refusal(
        'cross_site_request',
        'This request came from another site and was not carried out; use the BookOrbit page itself.',
      );
    }
  }
}
