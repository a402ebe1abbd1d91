import type { ServerEnvelope } from './envelope.ts';

/** GET plugin/version. */
export interface PluginVersionAnswer extends ServerEnvelope {
  /** Version of the plugin this server hands out. */
  readonly pluginVersion: string;
  readonly serverVersion: string;
  readonly capabilities: readonly string[];
  /** Every file of the package with its SHA-256 in hex, for self-update. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}
