import { Component, computed, inject } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { SessionStore } from '../session/session-store.ts';
import { Icon } from '../ui/icon.ts';
import { Notices } from '../ui/notices.ts';
import { THEMES, Theme } from './theme.ts';

/** Who is signed in; password, theme and the way out. */
@Component({
  selector: 'bo-account-menu',
  imports: [Icon, MatMenuModule, RouterLink],
  templateUrl: './account-menu.html',
  styleUrl: './account-menu.css',
})
export class AccountMenu {
  protected readonly session = inject(SessionStore);
  protected readonly theme = inject(Theme);
  protected readonly themes = THEMES;
  protected readonly label = computed(() => $localize`${this.session.user()?.username}:user:, account menu`);
  protected readonly initial = computed(() => [...(this.session.user()?.username ?? '')][0]?.toLocaleUpperCase() ?? '');
  private readonly notices = inject(Notices);

  protected async signOut(): Promise<void> {
    try {
      await this.session.signOut();
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
