import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ImportDetail } from '@bookorbit/contracts';
import { CountPipe, Icon } from '../ui/index.ts';
import { STATE_LABELS, bringsSomething, factsOfTotals, factsOfUndo, isAtWork, newsOfBook } from './import-words.ts';

/** What an import would change or has changed, book by book, and what can be done about it. */
@Component({
  selector: 'bo-import-preview',
  imports: [CountPipe, Icon, RouterLink],
  templateUrl: './import-preview.html',
  styleUrl: './import-preview.css',
})
export class ImportPreview {
  readonly import = input.required<ImportDetail>();
  readonly applied = output();
  readonly undone = output();
  readonly forgotten = output();

  protected readonly state = computed(() => STATE_LABELS[this.import().state]);
  protected readonly isAtWork = computed(() => isAtWork(this.import().state));
  protected readonly facts = computed(() => {
    const { totals } = this.import();
    return totals === undefined ? [] : factsOfTotals(totals);
  });
  protected readonly bringsSomething = computed(() => {
    const { totals } = this.import();
    return totals !== undefined && bringsSomething(totals);
  });
  protected readonly unmatchedCount = computed(() => this.import().totals?.unmatched ?? 0);
  protected readonly undoFacts = computed(() => {
    const { undo } = this.import();
    return undo === undefined ? undefined : factsOfUndo(undo);
  });
  protected readonly books = computed(() => this.import().books.map((book) => ({ ...book, news: newsOfBook(book) })));
  protected readonly badFiles = computed(() => this.import().files.filter(({ problem }) => problem !== undefined));
  protected readonly expiry = computed(() =>
    new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(Date.parse(this.import().expiresAt)),
  );
}
