import { Injectable, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';

/** Names the page in the browser's tab and history: "Books · BookOrbit". */
@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  private readonly title = inject(Title);

  override updateTitle(snapshot: RouterStateSnapshot): void {
    const name = this.buildTitle(snapshot);
    if (name === undefined) this.title.setTitle('BookOrbit');
    else this.say(name);
  }

  /** For pages that learn their name only from what they show. */
  say(name: string): void {
    this.title.setTitle(`${name} · BookOrbit`);
  }
}
