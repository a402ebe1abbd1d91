import { ServerEvents } from './server-events.ts';

/** A line to a server that is opened and broken by hand. */
class LineStub {
  static readonly CLOSED = 2;
  static lines: LineStub[] = [];
  readyState = 0;
  onopen: () => void = () => undefined;
  onerror: () => void = () => undefined;

  constructor() {
    LineStub.lines.push(this);
  }

  close(): void {
    this.readyState = LineStub.CLOSED;
  }

  static get last(): LineStub {
    return LineStub.lines.at(-1) ?? new LineStub();
  }
}

describe('ServerEvents', () => {
  const former = globalThis.EventSource;
  let events: ServerEvents;

  beforeEach(() => {
    jest.useFakeTimers();
    LineStub.lines = [];
    globalThis.EventSource = LineStub as never;
    events = new ServerEvents();
    events.start();
    LineStub.last.onopen();
  });

  afterEach(() => {
    events.stop();
    globalThis.EventSource = former;
    jest.useRealTimers();
  });

  it('counts as connected while a server only starts anew', () => {
    LineStub.last.onerror();
    jest.advanceTimersByTime(3_000);
    LineStub.last.onopen();
    jest.advanceTimersByTime(60_000);
    expect(events.isConnected()).toBe(true);
  });

  it('is no longer connected once the server stays away, until it is back', () => {
    for (let tries = 0; tries < 3; tries += 1) {
      LineStub.last.onerror();
      jest.advanceTimersByTime(3_000);
    }
    expect(events.isConnected()).toBe(false);
    LineStub.last.onopen();
    expect(events.isConnected()).toBe(true);
  });

  it('goes on trying where a proxy answers for the server, and is connected once it is there', () => {
    LineStub.last.close();
    LineStub.last.onerror();
    jest.advanceTimersByTime(5_000);
    expect([events.isConnected(), LineStub.lines.length]).toEqual([false, 2]);
    LineStub.last.onopen();
    expect(events.isConnected()).toBe(true);
  });

  it('misses nobody once somebody has signed out', () => {
    LineStub.last.onerror();
    events.stop();
    jest.advanceTimersByTime(60_000);
    expect(events.isConnected()).toBe(true);
  });
});
