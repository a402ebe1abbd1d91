import { Component } from '@angular/core';
import { LinkList } from './link-list.ts';
import { UnmatchedList } from './unmatched-list.ts';

/** What devices sent that no file is, and the copies that were linked. */
@Component({
  selector: 'bo-koreader-unmatched-page',
  imports: [LinkList, UnmatchedList],
  host: { class: 'bo-stack' },
  template: `
    <bo-unmatched-list />
    <bo-link-list />
  `,
})
export class UnmatchedPage {}
