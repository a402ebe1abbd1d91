import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { FailureNote, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** What devices brought for each book. */
@Component({
  selector: 'bo-matched-list',
  imports: [FailureNote, RouterLink, When],
  templateUrl: './matched-list.html',
  styleUrl: './matched-list.css',
})
export class MatchedList {
  protected readonly store = inject(KoreaderStore);

  protected say(count: number): string {
    return new Intl.NumberFormat().format(count);
  }
}
