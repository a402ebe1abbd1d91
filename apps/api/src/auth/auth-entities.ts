import { DeviceEntity } from './device.entity.ts';
import { DeviceKeyEntity, KoreaderAccountEntity } from './koreader-account.entity.ts';
import { LoginEntity } from './login.entity.ts';
import { ThrottleEntity } from './throttle.entity.ts';
import { UserEntity } from './user.entity.ts';

/** Tables of this module. */
export const AUTH_ENTITIES = [
  UserEntity,
  LoginEntity,
  KoreaderAccountEntity,
  DeviceKeyEntity,
  DeviceEntity,
  ThrottleEntity,
];
