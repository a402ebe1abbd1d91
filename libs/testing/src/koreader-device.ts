import { createHash } from 'node:crypto';
import type {
  MatchCheckAnswer,
  MatchCheckBook,
  PluginVersionAnswer,
  ProgressItem,
  ProgressPushAnswer,
  StockProgressPush,
} from '@bookorbit/contracts';

/** What came back, whatever it was. */
export interface DeviceAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Where a device is pointed at, and as whom. */
export interface DeviceAccount {
  /** Origin of the server; several are asked in turn, as a load balancer would. */
  readonly origins: readonly string[];
  /** Name of the KOReader account. */
  readonly username: string;
  /** 32 hex: the md5 of the account's password, or a device key. */
  readonly key: string;
}

/** A wall clock that may be wrong. */
export interface DeviceClock {
  /** Seconds it is ahead of the true time. */
  readonly aheadSeconds?: number;
  /** Minutes its zone is ahead of UTC; absent: the device does not say. */
  readonly utcOffsetMinutes?: number;
  /** Sends no time at all. */
  readonly isSilent?: boolean;
}

/** @returns The key stock KOReader makes of a typed password. */
export function keyOfPassword(password: string): string {
  return createHash('md5').update(password, 'utf8').digest('hex');
}

/** Origins asked in turn. */
class Asker {
  private readonly account: DeviceAccount;
  private turn = 0;

  constructor(account: DeviceAccount) {
    this.account = account;
  }

  async ask<T>(method: string, path: string, headers: Record<string, string>, body?: string): Promise<DeviceAnswer<T>> {
    const { origins, username, key } = this.account;
    const origin = origins[this.turn++ % origins.length];
    const response = await fetch(`${origin}/api/v1/koreader/${path}`, {
      method,
      // Header bytes are UTF-8 on the wire; fetch takes them one character a byte.
      headers: { 'x-auth-user': Buffer.from(username, 'utf8').toString('latin1'), 'x-auth-key': key, ...headers },
      body,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) as T };
  }
}

/** KOReader's own progress sync, as its plugin sends it. */
export class StockDevice {
  readonly device: string;
  readonly deviceId: string;
  private readonly asker: Asker;

  constructor(account: DeviceAccount, device: string, deviceId: string) {
    this.device = device;
    this.deviceId = deviceId;
    this.asker = new Asker(account);
  }

  authorize(): Promise<DeviceAnswer> {
    return this.asker.ask('GET', 'users/auth', ACCEPT);
  }

  /** @param more Fields that replace or join the usual ones. */
  push(
    document: string,
    percentage: number,
    progress: string | number,
    more: Partial<StockProgressPush> = {},
  ): Promise<DeviceAnswer> {
    const body = { document, percentage, progress, device: this.device, device_id: this.deviceId, ...more };
    return this.put(body);
  }

  put(body: unknown, headers: Record<string, string> = {}): Promise<DeviceAnswer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.asker.ask('PUT', 'syncs/progress', { ...ACCEPT, 'content-type': 'application/json', ...headers }, text);
  }

  pull(document: string): Promise<DeviceAnswer> {
    return this.asker.ask('GET', `syncs/progress/${encodeURIComponent(document)}`, ACCEPT);
  }
}

const ACCEPT = { accept: 'application/vnd.koreader.v1+json', 'user-agent': 'lua-Spore v0.3.3' };

/** Our plugin. */
export class PluginDevice {
  readonly account: DeviceAccount;
  readonly deviceId: string;
  readonly clock: DeviceClock;
  readonly deviceModel: string;
  private readonly asker: Asker;

  constructor(
    account: DeviceAccount,
    deviceId: string,
    clock: DeviceClock = { utcOffsetMinutes: 0 },
    deviceModel = 'Kobo_nova',
  ) {
    this.account = account;
    this.deviceId = deviceId;
    this.clock = clock;
    this.deviceModel = deviceModel;
    this.asker = new Asker(account);
  }

  /** The device's own time, unix seconds. */
  now(): number {
    return Math.floor(Date.now() / 1000) + (this.clock.aheadSeconds ?? 0);
  }

  matchCheck(books: readonly MatchCheckBook[]): Promise<DeviceAnswer<MatchCheckAnswer>> {
    return this.post('match-check', { hashes: books.map(({ hash }) => hash), books });
  }

  progress(items: readonly ProgressItem[]): Promise<DeviceAnswer<ProgressPushAnswer>> {
    return this.post('progress', { items });
  }

  version(): Promise<DeviceAnswer<PluginVersionAnswer>> {
    return this.asker.ask('GET', 'plugin/version', {});
  }

  /** What the plugin asks of the stock route: the newest place in a document. */
  pull(document: string): Promise<DeviceAnswer> {
    return this.asker.ask('GET', `syncs/progress/${document}`, {});
  }

  /** Any plugin route, with the envelope. */
  post<T>(route: string, body: object): Promise<DeviceAnswer<T>> {
    return this.asker.ask(
      'POST',
      `plugin/${route}`,
      { 'content-type': 'application/json' },
      JSON.stringify({ ...this.envelope(), ...body }),
    );
  }

  envelope() {
    const { utcOffsetMinutes, isSilent } = this.clock;
    const wallClock = new Date((this.now() + (utcOffsetMinutes ?? 0) * 60) * 1000);
    return {
      deviceId: this.deviceId,
      deviceModel: this.deviceModel,
      pluginVersion: '0.1.0',
      protocol: 1,
      ...(!isSilent && { deviceTime: wallClock.toISOString().slice(0, 19).replace('T', ' '), utcOffsetMinutes }),
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
