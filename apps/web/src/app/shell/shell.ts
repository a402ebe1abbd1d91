import { Component, type ElementRef, inject, viewChild } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { RouterLink, RouterOutlet } from '@angular/router';
import { Icon } from '../ui/icon.ts';
import { AccountMenu } from './account-menu.ts';
import { CloseOnScrim } from './close-on-scrim.ts';
import { Connection } from './connection.ts';
import { NavigationList } from './navigation-list.ts';

/** The frame round every page of somebody signed in. */
@Component({
  selector: 'bo-shell',
  imports: [AccountMenu, CloseOnScrim, Icon, MatButton, MatIconButton, NavigationList, RouterLink, RouterOutlet],
  templateUrl: './shell.html',
  styleUrl: './shell.css',
})
export class Shell {
  protected readonly connection = inject(Connection);
  private readonly drawer = viewChild.required<ElementRef<HTMLDialogElement>>('drawer');

  protected openDrawer(): void {
    this.drawer().nativeElement.showModal();
  }

  protected closeDrawer(): void {
    this.drawer().nativeElement.close();
  }

  protected reload(): void {
    window.location.reload();
  }

  protected skipToMain(event: Event): void {
    event.preventDefault();
    document.getElementById('main')?.focus();
  }
}
