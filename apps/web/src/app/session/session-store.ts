import { Injectable, computed, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Credentials, Permission, SessionState } from '@bookorbit/contracts';
import { type Failure, Http, ServerEvents, SessionApi, failureFrom } from '../api/index.ts';

/** Who is signed in in this browser, and what they may do. */
@Injectable({ providedIn: 'root' })
export class SessionStore {
  private readonly api = inject(SessionApi);
  private readonly http = inject(Http);
  private readonly events = inject(ServerEvents);
  private readonly router = inject(Router);
  private readonly state = signal<SessionState | undefined>(undefined);

  /** Who was here before the login ended. */
  private formerUserId: number | undefined;

  /** Why nothing is known about the session. */
  readonly failure = signal<Failure | undefined>(undefined);
  readonly isSetupNeeded = computed(() => this.state()?.isSetupNeeded === true);
  readonly user = computed(() => this.state()?.user);
  readonly serverVersion = computed(() => this.state()?.serverVersion);
  /** True on the sign-in page when it was not the person who ended the session. */
  readonly hasExpired = signal(false);

  constructor() {
    this.http.onSignedOut(() => this.expire());
    this.events.onRefused(() => void this.check());
  }

  /** Whether the session is known and the user has `permission`. */
  may(permission: Permission): boolean {
    return this.user()?.permissions.includes(permission) === true;
  }

  async load(): Promise<void> {
    try {
      this.enter(await this.api.read());
    } catch (thrown) {
      this.failure.set(failureFrom(thrown));
    }
  }

  async setUp(credentials: Credentials): Promise<void> {
    this.enter(await this.api.setUp(credentials));
  }

  async signIn(credentials: Credentials): Promise<void> {
    this.enter(await this.api.signIn(credentials));
  }

  async signOut(): Promise<void> {
    await this.api.signOut();
    this.leave();
    // A whole new page, so that nothing of what was read stays in this browser's memory.
    window.location.assign('/sign-in');
  }

  /** Whether this page still has in its memory what somebody else read before their login ended. */
  isSomebodyElse(): boolean {
    return this.formerUserId !== undefined && this.formerUserId !== this.user()?.id;
  }

  /** Finds out whether the login has ended while nobody asked for anything. */
  private async check(): Promise<void> {
    const asked = this.state();
    try {
      const { user } = await this.api.read();
      // Whoever signed in meanwhile is not who was asked for.
      if (user === undefined && this.state() === asked) this.expire();
    } catch {
      // The server is away, and the page says so; the login may well be there when it is back.
    }
  }

  private enter(state: SessionState): void {
    this.state.set(state);
    this.failure.set(undefined);
    this.hasExpired.set(false);
    if (state.user === undefined) return;
    this.http.startLogin();
    this.events.start();
  }

  private leave(): void {
    this.events.stop();
    this.state.update((state) => state && { ...state, user: undefined });
  }

  private expire(): void {
    const user = this.user();
    if (user === undefined) return;
    this.formerUserId = user.id;
    this.leave();
    this.hasExpired.set(true);
    void this.router.navigate(['/sign-in'], { queryParams: { next: this.currentUrl() } });
  }

  /** Where the person is, or is on the way to. */
  private currentUrl(): string {
    const navigation = this.router.currentNavigation();
    return navigation ? this.router.serializeUrl(navigation.finalUrl ?? navigation.extractedUrl) : this.router.url;
  }
}
