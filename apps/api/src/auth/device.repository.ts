import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A device as it showed itself in one request. */
export interface SeenDevice {
  readonly deviceId: string;
  /** Model or the name it gave itself; empty when it gave none. */
  readonly name: string;
  readonly pluginVersion?: string;
  readonly installId?: string;
  readonly deviceKeyId?: number;
}

// Most requests change nothing but the time, and a minute is fine enough for that.
const NOTE_SEEN = `
  INSERT INTO devices AS d (user_id, device_id, name, plugin_version, install_id, device_key_id, first_seen_at, last_seen_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
  ON CONFLICT (user_id, device_id) DO UPDATE SET
    name = CASE WHEN excluded.name = '' THEN d.name ELSE excluded.name END,
    plugin_version = coalesce(excluded.plugin_version, d.plugin_version),
    install_id = coalesce(excluded.install_id, d.install_id),
    device_key_id = coalesce(excluded.device_key_id, d.device_key_id),
    last_seen_at = greatest(excluded.last_seen_at, d.last_seen_at)
  WHERE d.last_seen_at < excluded.last_seen_at - interval '1 minute'
     OR (excluded.name <> '' AND d.name IS DISTINCT FROM excluded.name)
     OR d.plugin_version IS DISTINCT FROM coalesce(excluded.plugin_version, d.plugin_version)
     OR d.install_id IS DISTINCT FROM coalesce(excluded.install_id, d.install_id)
     OR d.device_key_id IS DISTINCT FROM coalesce(excluded.device_key_id, d.device_key_id)`;

/** The KOReader installations of each user. */
@Injectable()
export class DeviceRepository {
  /** Writes down that a device was here. */
  async noteSeen(tx: EntityManager, userId: number, device: SeenDevice, now: Date): Promise<void> {
    await tx.query(NOTE_SEEN, [
      userId,
      device.deviceId,
      device.name,
      device.pluginVersion ?? null,
      device.installId ?? null,
      device.deviceKeyId ?? null,
      now,
    ]);
  }
}
