import { Injectable, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { NavigationEnd, Router } from '@angular/router';

/** After a move to another page, puts the focus at its beginning and says its title, as a browser does for a whole new page. */
@Injectable({ providedIn: 'root' })
export class PageFocus {
  readonly announcement = signal('');
  private readonly title = inject(Title);
  private readonly router = inject(Router);
  private path: string | undefined;

  start(): void {
    this.router.events.subscribe((event) => {
      if (event instanceof NavigationEnd) this.arrive(pathOf(event.urlAfterRedirects));
    });
  }

  private arrive(path: string): void {
    const isFirst = this.path === undefined;
    const isSame = this.path === path;
    this.path = path;
    if (isFirst || isSame) return;
    // The new page is drawn after this event.
    setTimeout(() => {
      document.getElementById('main')?.focus({ preventScroll: true });
      this.announcement.set(this.title.getTitle());
    });
  }
}

function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? url;
}
