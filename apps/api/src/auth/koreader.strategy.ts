import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { BasicStrategy } from 'passport-http';
import { isStorableText } from '../http/index.ts';
import type { DevicePrincipal } from './principals.ts';
import { type DeviceCredentials, VerifyDevice } from './verify-device.ts';

export const KOREADER_STRATEGY = 'koreader';
const KEY = /^[0-9a-f]{32}$/;

/** Devices and scripts that prove themselves by HTTP Basic, with a key or the plain password. */
@Injectable()
export class KoreaderStrategy extends PassportStrategy(BasicStrategy, KOREADER_STRATEGY) {
  constructor(private readonly verifyDevice: VerifyDevice) {
    super({ passReqToCallback: true });
  }

  /** Called by the Basic strategy with what it decoded. */
  validate(request: Request, username: string, secret: string): Promise<DevicePrincipal> {
    return this.verifyDevice.run({ username: nameOf(username), keys: basicKeys(secret), address: addressOf(request) });
  }
}

/** @returns Who a device says it is by kosync's `x-auth-user` and `x-auth-key`, as nearly all do; undefined when it does not. */
export function kosyncCredentials(request: Request): DeviceCredentials | undefined {
  const username = request.headers['x-auth-user'];
  const key = request.headers['x-auth-key'];
  if (typeof username !== 'string' || typeof key !== 'string') return undefined;
  // Node hands header bytes out as Latin-1; names are UTF-8.
  return {
    username: nameOf(Buffer.from(username, 'latin1').toString('utf8')),
    keys: keysOf(key),
    address: addressOf(request),
  };
}

/** A name nobody can have is looked up like any other, as one that is empty. */
function nameOf(username: string): string {
  return isStorableText(username) ? username : '';
}

function keysOf(key: string): string[] {
  const lower = key.trim().toLowerCase();
  return KEY.test(lower) ? [lower] : [];
}

/** A Basic secret is a key, or the plain password whose md5 is the key, or a password that only looks like a key. */
function basicKeys(secret: string): string[] {
  return [...keysOf(secret), createHash('md5').update(secret, 'utf8').digest('hex')];
}

function addressOf(request: Request): string {
  return request.ip ?? 'unknown';
}
