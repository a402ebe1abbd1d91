import type { PluginSource as PluginState } from '@bookorbit/contracts';
import { Refusal } from '../http/index.ts';
import type { PluginSource } from '../plugin-packager/index.ts';

/** Whether the plugin can be handed out, and what to change when it cannot. */
export async function pluginStateOf(source: PluginSource): Promise<PluginState> {
  try {
    return { isAvailable: true, version: (await source.read()).version };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { isAvailable: false, problem: error.message };
  }
}
