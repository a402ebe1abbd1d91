import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import type { ServerEvent } from '@bookorbit/contracts';

const EVENTS_PATH = '/api/v1/events';
const RECONNECT_MILLISECONDS = 5_000;
/** A server that starts anew is back before anybody need know. */
const GRACE_MILLISECONDS = 5_000;

/** What pages hear: an event of the server, or that some may have been missed and everything open should be read anew. */
export type PageEvent = ServerEvent | { readonly type: 'missed' };
type Listener = (event: PageEvent) => void;

/** The server's live events, over one connection that lasts as long as somebody is signed in. */
@Injectable({ providedIn: 'root' })
export class ServerEvents {
  /** False once the connection has been gone for a while, until it is back. */
  readonly isConnected = signal(true);
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private grace: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<Listener>();
  private readonly refusedListeners: (() => void)[] = [];

  /** Calls `listener` with each event until `owner` is destroyed. */
  listen(listener: Listener, owner: DestroyRef): void {
    this.listeners.add(listener);
    owner.onDestroy(() => this.listeners.delete(listener));
  }

  /** Calls `listener` when the server refuses the connection, as it does once a login has ended. */
  onRefused(listener: () => void): void {
    this.refusedListeners.push(listener);
  }

  start(): void {
    if (this.source === undefined) this.connect();
  }

  stop(): void {
    clearTimeout(this.retry);
    this.noteConnected();
    this.source?.close();
    this.source = undefined;
  }

  private connect(): void {
    const source = new EventSource(EVENTS_PATH);
    this.source = source;
    source.onopen = () => {
      this.noteConnected();
      // Who listens already may have read before the line was open, and not have heard what came between.
      this.tell({ type: 'missed' });
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const event = eventFromData(message.data);
      if (event !== undefined) this.tell(event);
    };
    source.onerror = () => {
      if (this.source === source) this.grace ??= setTimeout(() => this.isConnected.set(false), GRACE_MILLISECONDS);
      // The browser reconnects by itself after a dropped line, but gives up for good after an HTTP error.
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      for (const listener of this.refusedListeners) listener();
      this.retry = setTimeout(() => this.connect(), RECONNECT_MILLISECONDS);
    };
  }

  private noteConnected(): void {
    clearTimeout(this.grace);
    this.grace = undefined;
    this.isConnected.set(true);
  }

  private tell(event: PageEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}

/** Calls `listener` with the server's events for as long as the calling component or service lives. */
export function listenToServer(listener: Listener): void {
  inject(ServerEvents).listen(listener, inject(DestroyRef));
}

function eventFromData(data: string): ServerEvent | undefined {
  try {
    return JSON.parse(data) as ServerEvent;
  } catch {
    return undefined;
  }
}
