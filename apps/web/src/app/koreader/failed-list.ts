import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { FailedAnnotation } from '@bookorbit/contracts';
import { FailureNote, Icon, Notices, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** Annotations a device could not place, why, and another try. */
@Component({
  selector: 'bo-failed-list',
  imports: [FailureNote, Icon, MatButton, RouterLink, When],
  templateUrl: './failed-list.html',
  styleUrl: './annotation-lists.css',
})
export class FailedList {
  protected readonly store = inject(KoreaderStore);
  private readonly notices = inject(Notices);

  protected async retry({ annotation }: FailedAnnotation): Promise<void> {
    try {
      await this.store.retryPlacing(annotation.id);
      this.notices.say($localize`Your devices try again at their next sync.`);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
