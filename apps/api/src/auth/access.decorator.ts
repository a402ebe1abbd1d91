import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import type { Permission } from '@bookorbit/contracts';
import type { Request } from 'express';
import type { DevicePrincipal, UserPrincipal } from './principals.ts';
import { WatchExchanges } from './watch-exchanges.interceptor.ts';

/** Who may call a route. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'web'; readonly permission?: Permission }
  | { readonly kind: 'device'; readonly routes: 'stock' | 'plugin' };

export const ACCESS = 'bookorbit:access';

/** Anybody. The reason belongs into the docstring of the route. */
export const PublicAccess = () => SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

/** A signed-in user, with the permission where one is named. */
export const WebAccess = (permission?: Permission) => SetMetadata(ACCESS, { kind: 'web', permission } satisfies Access);

/**
 * A KOReader account whose user is enabled and has `koreader_sync`. With sync switched off, stock routes answer 401 and plugin routes 403.
 * Plugin routes are watched; a stock route says itself what is worth watching, without the cost of an interceptor around every page turned.
 */
export const DeviceAccess = (routes: 'stock' | 'plugin') =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'device', routes } satisfies Access),
    ...(routes === 'plugin' ? [UseInterceptors(WatchExchanges)] : []),
  );

/** The request with what the access guard found out about its sender. */
export interface IdentifiedRequest extends Request {
  user?: UserPrincipal;
  device?: DevicePrincipal;
}

/** The signed-in user of a `@WebAccess()` route. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): UserPrincipal => {
  const { user } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!user) throw new Error('@CurrentUser() stands on a route without @WebAccess()');
  return user;
});

/** The KOReader account of a `@DeviceAccess()` route. */
export const Device = createParamDecorator((_: unknown, context: ExecutionContext): DevicePrincipal => {
  const { device } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!device) throw new Error('@Device() stands on a route without @DeviceAccess()');
  return device;
});
