import { type DeviceAccount, PluginDevice } from '../koreader-device.ts';
import { answeredWell } from './answered-well.ts';
import { told } from './told.ts';

const YEARS_BEHIND = 20;
const DAY_SECONDS = 86_400;
const OLD_PERCENTAGE = 0.01;

/** A device whose clock stopped years ago, in the hands of somebody a test is about. */
export class StaleDevice {
  private readonly device: PluginDevice;

  private constructor(device: PluginDevice) {
    this.device = device;
  }

  static async join(account: DeviceAccount): Promise<StaleDevice> {
    const clock = { aheadSeconds: -YEARS_BEHIND * 365 * DAY_SECONDS, isSilent: true };
    const device = new PluginDevice(account, 'stale-clock', clock, 'Stale');
    answeredWell(await device.progress([]));
    return new StaleDevice(device);
  }

  /** Says that it is on the first page of each of these files, and that this was so by its clock just now. */
  async report(hashes: readonly string[]): Promise<void> {
    const items = hashes.map((hash) => ({
      hash,
      percentage: OLD_PERCENTAGE,
      progress: '/body/DocFragment[1]/body/p[1].0',
      timestamp: this.device.now(),
    }));
    answeredWell(await this.device.progress(items));
  }

  /** The places somebody had which a report by its clock moved: none, if the server is right. */
  async movedPlaces(hashes: readonly string[]): Promise<string[]> {
    const before = await this.places(hashes);
    await this.report(hashes);
    const after = await this.places(hashes);
    // Where there was no place before, anything is better than none.
    return before.flatMap((place, n) =>
      place.includes('"percentage"') && place !== after[n] ? [`${after[n]}, and before that ${place}`] : [],
    );
  }

  /** Everything the server tells this person's devices. */
  told(hashes: readonly string[]): Promise<string[]> {
    return told(this.device, hashes);
  }

  /** The places its person has in these files, as it is told them. */
  private async places(hashes: readonly string[]): Promise<string[]> {
    const answers = await Promise.all(hashes.map((hash) => this.device.pull(hash)));
    return answers.map((answer) => JSON.stringify(answeredWell(answer)));
  }
}
