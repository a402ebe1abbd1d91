/** Fields every plugin request carries (`protocol.md` section 3). */
export interface DeviceEnvelope {
  /** `[A-Za-z0-9-]{1,100}`; KOReader copies it along when settings are cloned. */
  readonly deviceId: string;
  readonly deviceModel: string;
  readonly pluginVersion: string;
  /** The device's wall clock, `YYYY-MM-DD HH:MM:SS`, without a zone. */
  readonly deviceTime?: string;
  /** Minutes the wall clock is ahead of UTC. */
  readonly utcOffsetMinutes?: number;
  /** 1 when our plugin speaks; absent from other clients. */
  readonly protocol?: number;
  /** Random, made by our plugin at its first start: tells a clone from its original. */
  readonly installId?: string;
}

/** Fields every plugin answer carries. */
export interface ServerEnvelope {
  readonly protocol: number;
  /** Unix seconds. */
  readonly serverTime: number;
}

/** What a book entry of any plugin request may say about the file. */
export interface DocumentHints {
  /** crengine's DOM version of this book on this device. */
  readonly domVersion?: number;
  /** Entries `crc32-size` of the EPUB's largest documents. */
  readonly contentSignature?: readonly string[];
  /** Other fingerprints the device has on record for this file. */
  readonly alsoKnownAs?: readonly string[];
  /** False: two-way sync is off, so nothing is to be applied on the device. */
  readonly receive?: boolean;
}

/** The device protocol this server speaks. */
export const DEVICE_PROTOCOL = 1;
