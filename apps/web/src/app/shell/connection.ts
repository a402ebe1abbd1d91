import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { Http, ServerEvents, listenToServer } from '../api/index.ts';

/** Whether the server can be reached, as far as this browser has noticed. */
@Injectable({ providedIn: 'root' })
export class Connection {
  private readonly http = inject(Http);
  private readonly events = inject(ServerEvents);
  private readonly hasNetwork = signal(navigator.onLine);
  readonly isLost = computed(() => !this.hasNetwork() || !this.http.isReachable() || !this.events.isConnected());

  constructor() {
    // Once the line for events is open again, so is the way for everything else, whether or not somebody asks for something.
    listenToServer(({ type }) => {
      if (type === 'missed') this.http.isReachable.set(true);
    });
    const look = (): void => this.hasNetwork.set(navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    inject(DestroyRef).onDestroy(() => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    });
  }
}
