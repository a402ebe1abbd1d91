import { Component, inject, output } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Icon } from '../ui/icon.ts';
import { Navigation } from './navigation.ts';

/** The links of the sidebar, and of the drawer on a phone. */
@Component({
  selector: 'bo-navigation-list',
  imports: [Icon, RouterLink, RouterLinkActive],
  template: `
    @for (section of navigation.sections(); track $index) {
      @if (section.label) {
        <p>{{ section.label }}</p>
      }
      <ul>
        @for (link of section.links; track link.path) {
          <li>
            <a
              [routerLink]="link.path"
              routerLinkActive="is-here"
              [routerLinkActiveOptions]="{ exact: link.path === '/' }"
              ariaCurrentWhenActive="page"
              (click)="followed.emit()"
            >
              <bo-icon [name]="link.icon" /> {{ link.label }}
            </a>
          </li>
        }
      </ul>
    }
  `,
  styles: `
    /* With blocks in an inline box Chromium's elementsFromPoint names the box before some of the links, and tools that ask it cannot click. */
    :host {
      display: block;
    }
    p {
      margin: var(--bo-space-5) var(--bo-space-3) var(--bo-space-1);
      font-size: var(--bo-text-xs);
      color: var(--bo-ink-soft);
    }
    a {
      display: flex;
      align-items: center;
      gap: var(--bo-space-3);
      min-height: var(--bo-control);
      padding: 0 var(--bo-space-3);
      border-radius: var(--bo-radius-s);
      color: var(--bo-ink);
      text-decoration: none;
    }
    a:hover {
      background: var(--bo-inset);
    }
    a.is-here {
      background: var(--bo-accent-soft);
      color: var(--bo-accent);
      font-weight: 600;
    }
  `,
})
export class NavigationList {
  /** A link was followed: a drawer closes now. */
  readonly followed = output<void>();
  protected readonly navigation = inject(Navigation);
}
