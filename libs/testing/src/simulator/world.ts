import { type Cast, castOf } from './cast.ts';
import { WorldClock } from './clock.ts';
import { Courier, type Trouble } from './courier.ts';
import type { DeviceDocument } from './device-document.ts';
import type { SimulatedDevice } from './device.ts';
import { DeviceDeeds } from './device-deeds.ts';
import { judge } from './judge.ts';
import { KoboWriter } from './kobo-writer.ts';
import { Observer } from './observer.ts';
import { PluginReader } from './plugin-device.ts';
import { OlderReader, StockReader } from './older-devices.ts';
import type { Action, Schedule } from './schedule.ts';
import { ConnectionLost, type SimulatedBook, type SimulatedPerson, type SimulatedServer } from './server.ts';
import { stateValues, WebWriter } from './web-writer.ts';

const TIME_ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const YEAR_SECONDS = 365 * 86_400;
/** Rounds in which everything is exchanged until nobody has news. */
const MOST_QUIET_ROUNDS = 8;
const LONGEST_DELAY_SECONDS = 1800;
const BETWEEN_REQUESTS_SECONDS = 5;

/** A person with devices and a browser, and what happened to them. */
export class World {
  readonly clock: WorldClock;
  readonly person: SimulatedPerson;
  readonly observer: Observer;
  readonly web: WebWriter;
  private readonly kobo: KoboWriter | undefined;
  readonly cast: Cast;
  private readonly server: SimulatedServer;
  private readonly courier: Courier;
  private readonly deeds: DeviceDeeds;
  private readonly backups = new Map<SimulatedDevice, ((onto: DeviceDocument) => void)[]>();
  private readonly synced = new Set<SimulatedDevice>();
  private isCloned = false;
  private timeZone: string;

  private constructor(server: SimulatedServer, person: SimulatedPerson, schedule: Schedule) {
    this.server = server;
    this.person = person;
    this.timeZone = schedule.timeZone;
    this.clock = new WorldClock(schedule.startsAt);
    this.observer = new Observer(person.books);
    this.cast = castOf(schedule.seed, this.clock, person.books);
    const now = () => this.clock.seconds;
    this.web = new WebWriter(person, this.observer, now);
    this.kobo = person.kobo && new KoboWriter(person.kobo, this.web, this.observer, now);
    this.deeds = new DeviceDeeds(this.observer, now);
    const crash = server.crash?.bind(server);
    this.courier = new Courier(person, now, crash, (delivery) => this.observer.see(delivery));
  }

  static async open(server: SimulatedServer, schedule: Schedule): Promise<World> {
    await server.setTime(schedule.startsAt);
    const world = new World(server, await server.addPerson(schedule.timeZone), schedule);
    await world.recogniseAll();
    return world;
  }

  /** Devices that are in use. */
  devices(): SimulatedDevice[] {
    return this.isCloned ? [...this.cast.devices, this.cast.clone] : [...this.cast.devices];
  }

  async pass(seconds: number): Promise<void> {
    // No network holds a request back for a day.
    const overdue = this.courier.late.filter(
      ({ sentAt }) => sentAt + LONGEST_DELAY_SECONDS < this.clock.seconds + seconds,
    );
    for (const request of overdue) {
      this.courier.late.splice(this.courier.late.indexOf(request), 1);
      await request.deliver();
    }
    this.clock.seconds += seconds;
    await this.server.setTime(this.clock.seconds);
  }

  async act(action: Action): Promise<void> {
    await this.pass(action.wait);
    const devices = this.devices();
    const device = devices[action.who % devices.length];
    const book = this.person.books[action.which % this.person.books.length];
    const document = device?.documents[action.which % device.documents.length];
    if (!device || !book || !document) return;
    if (await this.actOnTheWeb(action, book)) return;
    await this.actOnDevice(action, device, document);
  }

  /** Everything on its way arrives, everybody exchanges until nobody has anything to say, and the user decides what is held. */
  async settle(): Promise<void> {
    await this.pass(60);
    await this.arriveAll();
    for (const { notes } of this.devices().flatMap(({ documents }) => documents)) notes.failuresToCome = 0;
    for (let round = 0; round < MOST_QUIET_ROUNDS; round += 1) {
      for (const device of this.devices()) await this.sync(device, 'none', 0);
      const held = await this.web.decideHeld(this.person.books, () => true);
      const failed = await this.web.retryFailed();
      if (round > 0 && held + failed === 0 && !this.devices().some((device) => device.hasNews())) return;
    }
  }

  /** @returns What is wrong in the end. */
  judge(): Promise<string[]> {
    return judge(this, this.timeZone);
  }

  /** A clone that cannot be told from its original by anything it sends. */
  isTwin(device: SimulatedDevice): boolean {
    if (!this.isCloned || this.cast.cloneKind !== 'same') return false;
    return device === this.cast.clone || device === this.cast.devices[0];
  }

  /** As our plugin asks when it is installed. From then on every document is what it was recognised as, whatever copy is read elsewhere. */
  private async recogniseAll(): Promise<void> {
    for (const device of this.cast.devices) {
      if (device instanceof PluginReader) await device.recognise(this.courier.line('none', 0));
    }
  }

  private async actOnTheWeb(action: Action, book: SimulatedBook): Promise<boolean> {
    const { deed } = action;
    switch (deed) {
      case 'webNote':
        await this.web.makeNote(book);
        return true;
      case 'webEdit':
        await this.web.editNote(book, action);
        return true;
      case 'webDelete':
        await this.web.deleteNote(book, action);
        return true;
      case 'webRestore':
        await this.web.restoreNote(book, action);
        return true;
      case 'webDogEar':
        await this.web.dogEar(book, action);
        return true;
      case 'webState':
        await this.web.changeState(book, action, this.isStateKnown());
        return true;
      case 'startOver':
        await this.web.startOver(book, this.isStateKnown());
        return true;
      case 'stepBack':
        await this.web.stepBack(book, this.person.books, action, this.isStateKnown());
        return true;
      case 'logByHand':
        await this.web.logByHand(book, action);
        return true;
      case 'changeTimeZone':
        this.timeZone = TIME_ZONES[action.which % TIME_ZONES.length] ?? 'UTC';
        await this.web.changeTimeZone(this.timeZone);
        return true;
      case 'decideHeld':
        await this.web.decideHeld(this.person.books, () => action.which % 2 === 0);
        return true;
      case 'webRetry':
        await this.web.retryFailed();
        return true;
      case 'koboRead':
        await this.kobo?.read(book, action);
        return true;
      case 'koboNote':
        await this.kobo?.makeNote(book);
        return true;
      case 'koboEdit':
        await this.kobo?.editNote(book, action);
        return true;
      case 'koboDelete':
        await this.kobo?.deleteNote(book, action);
        return true;
      case 'arrive':
        await this.courier.late.splice(action.which % Math.max(1, this.courier.late.length), 1)[0]?.deliver();
        return true;
      default:
        return false;
    }
  }

  private async actOnDevice(action: Action, device: SimulatedDevice, document: DeviceDocument): Promise<void> {
    const { deed, which } = action;
    const isReader = !(device instanceof StockReader);
    const { exchangesAll } = device;
    const hasNeverSynced = !this.synced.has(device);
    switch (deed) {
      case 'sync':
        return this.sync(device, action.trouble, action.at);
      case 'read':
        if (exchangesAll || !isReader) this.deeds.read(device, document, action);
        return;
      case 'failPlaces':
        if (exchangesAll && !this.isTwin(device)) document.notes.failuresToCome = 1 + (which % 3);
        return;
      case 'jumpClock':
        if (!this.isTwin(device)) this.jumpClock(device, which);
        return;
      case 'changeZone':
        if (!this.isTwin(device)) device.clock.offsetMinutes = [0, 60, 120, -300, -240, 345][which % 6] ?? 0;
        return;
      case 'makeNote':
        if (isReader) this.deeds.makeNote(device, document);
        return;
      case 'editNote':
      case 'recolorNote':
      case 'moveNote':
        if (isReader && !this.isTwin(device)) this.deeds.editNote(device, document, action);
        return;
      case 'deleteNote':
        if (isReader) this.deeds.deleteNote(device, document, which, hasNeverSynced);
        return;
      case 'dogEar':
        if (device.hasProtocol) this.deeds.dogEar(device, document, which, hasNeverSynced);
        return;
      case 'rate':
      case 'review':
      case 'setStatus':
        if (exchangesAll && !this.isTwin(device)) {
          this.deeds.setState(device, document, action, await this.knowsState(device, document));
        }
        return;
      case 'mergeStatistics':
        return this.mergeStatistics(device, document, which);
      case 'wipe':
        return this.wipe(device);
      case 'backUp':
        if (device.hasProtocol)
          this.backups.set(
            device,
            device.documents.map((each) => each.copy()),
          );
        return;
      case 'restore':
        return this.restore(device);
      case 'forget':
        return this.forget(device);
      case 'clone':
        return this.makeClone();
      case 'upgradeDocument':
        if (device.hasProtocol && !this.isTwin(device) && !document.book.isPaged) document.notes.upgradeDocument();
        return;
    }
  }

  private async sync(device: SimulatedDevice, trouble: Trouble, at: number): Promise<void> {
    await this.pass(BETWEEN_REQUESTS_SECONDS);
    try {
      await device.sync(this.courier.line(trouble, at));
    } catch (error) {
      if (error instanceof ConnectionLost) return;
      throw error;
    }
    this.synced.add(device);
    for (const oracle of [...this.observer.notes, ...this.observer.dogEars]) oracle.settled(device.name);
  }

  private async arriveAll(): Promise<void> {
    for (const { deliver } of this.courier.late.splice(0)) await deliver();
  }

  private jumpClock(device: SimulatedDevice, which: number): void {
    const { clock } = device;
    switch (which % 4) {
      case 0:
        // A battery that ran out.
        return clock.setTo(3600 + which);
      case 1:
        clock.aheadSeconds += YEAR_SECONDS;
        return;
      case 2:
        clock.aheadSeconds = (which % 7200) - 3600;
        return;
      default:
        clock.aheadSeconds = 0;
    }
  }

  private mergeStatistics(device: SimulatedDevice, document: DeviceDocument, which: number): void {
    const others = this.devices().filter((other) => other !== device && other.exchangesAll);
    const other = others[which % Math.max(1, others.length)];
    const from = other?.documents.find(({ book }) => book === document.book);
    if (from && device.exchangesAll) this.deeds.mergeStatistics(document, from);
  }

  /** Everything on the device is gone; of older clients that cannot be told from deleting all of it. */
  private wipe(device: SimulatedDevice): void {
    for (const document of device.documents) {
      const n = this.observer.indexOf(document.book);
      if (device instanceof OlderReader) {
        // What it was given and has not acknowledged, nobody knows it ever had.
        const isDoubtful = document.notes.acks() !== undefined;
        for (const { text = '' } of document.notes.items)
          this.observer.notes[n]?.deleted(text, device.name, isDoubtful);
      }
      this.observer.notes[n]?.forgotten(device.name);
      this.observer.dogEars[n]?.forgotten(device.name);
      document.wipe();
    }
  }

  /** A ledger as old as its sidecar knows nothing of edits since: what was edited meanwhile is not put back. */
  private restore(device: SimulatedDevice): void {
    const backup = this.backups.get(device);
    if (!backup || this.isTwin(device)) return;
    for (const [n, document] of device.documents.entries()) {
      const index = this.observer.indexOf(document.book);
      if (this.observer.notes[index]?.hasEdits() && !document.notes.countsExchanges()) continue;
      backup[n]?.(document);
      this.observer.notes[index]?.doubted(device.name);
      this.observer.dogEars[index]?.doubted(device.name);
    }
  }

  /** Somebody forgets it in the web app, and it goes on syncing: it begins anew, and nothing of it is lost or doubled. */
  private async forget(device: SimulatedDevice): Promise<void> {
    const { deviceId } = device.identity;
    // Which of several of one id is meant would be the server's business.
    if (this.isCloned && deviceId === this.cast.clone.identity.deviceId) return;
    // An edit without a time that the server has not heard of is then like a value from long ago.
    if (device.hasNews() && device.documents.some(({ notes }) => !notes.countsExchanges())) return;
    // What arrives of it later would be the first that is heard of it, and nothing would say that it is old.
    await this.arriveAll();
    await this.web.forgetDevice(deviceId);
    this.synced.delete(device);
    this.observer.forgot(deviceId, device.name);
  }

  private makeClone(): void {
    const [original] = this.cast.devices;
    // What was not exchanged yet would be two devices' word.
    if (this.isCloned || !original || original.hasNews()) return;
    for (const [n, document] of original.documents.entries()) {
      const copied = this.cast.clone.documents[n];
      if (copied) document.copy()(copied);
    }
    this.isCloned = true;
    // It lies beside the original.
    this.cast.clone.clock.aheadSeconds = original.clock.aheadSeconds;
    this.cast.clone.clock.offsetMinutes = original.clock.offsetMinutes;
  }

  /** Whether the server has heard of every change of status, rating and review. */
  private isStateKnown(): boolean {
    return (
      this.courier.late.length === 0 &&
      this.devices().every((device) => !device.exchangesAll || device.documents.every(({ state }) => !state.hasNews()))
    );
  }

  private async knowsState(device: SimulatedDevice, { state, book }: DeviceDocument): Promise<boolean> {
    if (!this.isStateKnown()) return false;
    const there = stateValues(await this.web.state(book));
    const here = { rating: String(state.agreed?.rating ?? ''), review: state.agreed?.review ?? '' };
    const status = state.agreed?.status === 'complete' ? 'finished' : state.agreed?.status;
    const knowsStatus = there.status === status || (there.status === 'on_hold' && status === 'abandoned');
    return device.hasProtocol && here.rating === there.rating && here.review === there.review && knowsStatus;
  }
}
