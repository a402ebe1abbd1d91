/** The true time of a simulated world, unix seconds. */
export class WorldClock {
  seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }
}

/** A device's clock, which may be wrong. */
export class WrongClock {
  /** Seconds ahead of the true time. */
  aheadSeconds: number;
  /** Minutes its zone is ahead of UTC. */
  offsetMinutes: number;
  private readonly world: WorldClock;

  constructor(world: WorldClock, aheadSeconds = 0, offsetMinutes = 0) {
    this.world = world;
    this.aheadSeconds = aheadSeconds;
    this.offsetMinutes = offsetMinutes;
  }

  /** Unix seconds as the device counts them. */
  now(): number {
    return this.world.seconds + this.aheadSeconds;
  }

  /** `YYYY-MM-DD HH:MM:SS` as the device shows it. */
  wallClock(): string {
    return new Date((this.now() + this.offsetMinutes * 60) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  }

  /** Jumps to a time, unix seconds. */
  setTo(seconds: number): void {
    this.aheadSeconds = seconds - this.world.seconds;
  }
}
