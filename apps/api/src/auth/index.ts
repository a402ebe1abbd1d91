export {
  ACCESS,
  type Access,
  CurrentUser,
  Device,
  DeviceAccess,
  type IdentifiedRequest,
  PublicAccess,
  WebAccess,
} from './access.decorator.ts';
export { AuthModule } from './auth.module.ts';
export { DeviceRepository, type SeenDevice } from './device.repository.ts';
export { type DeviceExchange, ExchangeWatch } from './exchange-watch.ts';
export { NewKoreaderAccountDto } from './koreader-account.dto.ts';
export { KoreaderAccountRepository } from './koreader-account.repository.ts';
export { KoreaderAccounts, passwordKey } from './koreader-account.ts';
export { Logins } from './logins.ts';
export { PageNews } from './page-news.ts';
export { Passwords } from './passwords.ts';
export type { DevicePrincipal, UserPrincipal } from './principals.ts';
export { NEWS } from './tell-pages.interceptor.ts';
export { ofBookInPath, ofKoreader, TellsPages } from './tells-pages.ts';
export { Throttle } from './throttle.ts';
export { DEVICE_GUESSES } from './verify-device.ts';
