/** An installation known under a device id, oldest first. */
export interface KnownInstall {
  readonly marker: string;
  /** The id its data is kept under. */
  readonly keptAs: string;
}

/** What an installation looks like in one request. */
export interface SeenInstall {
  readonly deviceId: string;
  /** Random, of our plugin; absent from other clients. */
  readonly installId?: string;
  readonly model: string;
}

/** Where the data of a request goes, and what is to be written down first. */
export interface InstallDecision {
  readonly keptAs: string;
  /** Installations with the id their data is kept under from now on; none when all is known. */
  readonly changes: readonly KnownInstall[];
}

/**
 * Tells copies of a device's settings apart, which all call themselves by one id. The first keeps the id. Our plugin on another model is a
 * copy at once; on the same model it may be a fresh installation, which takes the place of the old one: only when the old one speaks again
 * are they two.
 *
 * @param splitId Makes the id of a copy from its marker.
 */
export function judgeInstall(
  known: readonly KnownInstall[],
  seen: SeenInstall,
  splitId: (deviceId: string, marker: string) => string,
): InstallDecision {
  const marker = markerOf(seen);
  const position = known.findIndex((install) => install.marker === marker);
  const own = known[position];
  if (!own) {
    const isCopy = seen.installId !== undefined && known.some((other) => modelOf(other.marker) !== seen.model);
    const keptAs = isCopy ? splitId(seen.deviceId, marker) : seen.deviceId;
    return { keptAs, changes: [{ marker, keptAs }] };
  }
  const successors = known.slice(position + 1).filter(({ keptAs }) => keptAs === own.keptAs);
  return {
    keptAs: own.keptAs,
    changes: successors.map((other) => ({ marker: other.marker, keptAs: splitId(seen.deviceId, other.marker) })),
  };
}

/** @returns What tells an installation from a copy: both the plugin's random id and the model, for either may be copied along. */
export function markerOf({ installId, model }: SeenInstall): string {
  return `${installId ?? ''} ${model}`;
}

function modelOf(marker: string): string {
  return marker.slice(marker.indexOf(' ') + 1);
}
