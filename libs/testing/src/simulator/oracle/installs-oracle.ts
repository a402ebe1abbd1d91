interface Install {
  readonly marker: string;
  keptAs: string;
  /** The id its latest request was kept under. */
  spokeAs: string;
}

/** Which device a request is of, where several call themselves by one id. */
export class InstallsOracle {
  private readonly installsById = new Map<string, Install[]>();
  private readonly ids = new Set<string>();

  /** Every id the server knows a device under. */
  known(): readonly string[] {
    return [...this.ids];
  }

  see(deviceId: string): string {
    this.ids.add(deviceId);
    return deviceId;
  }

  /** Who was kept under the id is new when it comes again. */
  forgot(id: string): void {
    this.ids.delete(id);
    for (const [deviceId, installs] of this.installsById)
      this.installsById.set(
        deviceId,
        installs.filter(({ keptAs }) => keptAs !== id),
      );
  }

  /**
   * Whether its next request is kept under an id it has not spoken under: it begins anew, and the first exchange of a file deletes nothing. While
   * it passes for another one, that may speak again at any time, and then it is told apart.
   */
  beginsAnew(deviceId: string, installId: string, model: string): boolean {
    const installs = this.installsById.get(deviceId) ?? [];
    const at = installs.findIndex(({ marker }) => marker === `${installId} ${model}`);
    const own = installs[at];
    return (
      own !== undefined &&
      (own.spokeAs !== own.keptAs || installs.slice(0, at).some(({ keptAs }) => keptAs === own.keptAs))
    );
  }

  /**
   * The first keeps the id. Our plugin on another model is a copy; on the same model it takes the place of the one before, until that
   * speaks again.
   */
  keptAs(body: Readonly<Record<string, unknown>>): string {
    const deviceId = String(body['deviceId']);
    const [installId, model] = [String(body['installId'] ?? ''), String(body['deviceModel'])];
    const marker = `${installId} ${model}`;
    const installs = this.installsById.get(deviceId) ?? [];
    this.installsById.set(deviceId, installs);
    const known = installs.find((install) => install.marker === marker);
    if (!known) {
      const isCopy = installId !== '' && installs.some((other) => !other.marker.endsWith(` ${model}`));
      const keptAs = isCopy ? copyOf(deviceId, marker) : deviceId;
      installs.push({ marker, keptAs, spokeAs: keptAs });
      return this.see(keptAs);
    }
    for (const later of installs.slice(installs.indexOf(known) + 1)) {
      if (later.keptAs === known.keptAs) later.keptAs = copyOf(deviceId, later.marker);
    }
    known.spokeAs = known.keptAs;
    return this.see(known.keptAs);
  }
}

/** Its name is the server's business; that it sorts behind the original is part of what is shown. */
function copyOf(deviceId: string, marker: string): string {
  return `${deviceId}-${marker}`;
}
