import { parentPort } from 'node:worker_threads';
import { LuaDataError } from './lua-data.ts';
import { readSidecar, type Sidecar } from './read-sidecar.ts';

// Runs in a thread of its own, which may be ended at any moment: some MB of Lua take seconds.

/** What became of one file. */
export type SidecarReading =
  | { readonly kind: 'read'; readonly sidecar: Sidecar | undefined }
  | { readonly kind: 'fault'; readonly reason: string };

parentPort?.on('message', (bytes: Uint8Array) => parentPort?.postMessage(read(bytes)));

function read(bytes: Uint8Array): SidecarReading {
  try {
    return { kind: 'read', sidecar: readSidecar(bytes) };
  } catch (error) {
    if (error instanceof LuaDataError) return { kind: 'fault', reason: `It cannot be read: ${error.message}` };
    throw error;
  }
}
