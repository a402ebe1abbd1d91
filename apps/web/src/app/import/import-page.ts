import { Component, DestroyRef, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { ImportDetail, KoreaderImport } from '@bookorbit/contracts';
import { EXPORT_PATH, type Failure, ImportsApi, type NamedFile, failureFrom, listenToServer } from '../api/index.ts';
import { Confirm, FailureNote, Icon, Loadable, Notices, When } from '../ui/index.ts';
import { chosenFiles, droppedFiles } from './dropped-files.ts';
import { ImportPreview } from './import-preview.ts';
import { STATE_LABELS } from './import-words.ts';

/** Brings in what a KOReader device holds without any network: files go up, are looked at, and come in or not. */
@Component({
  selector: 'bo-import-page',
  imports: [FailureNote, Icon, ImportPreview, RouterLink, When],
  templateUrl: './import-page.html',
  styleUrl: './import-page.css',
})
export class ImportPage {
  /** The import that is looked at. */
  readonly id = input<string>();

  protected readonly imports = new Loadable<readonly KoreaderImport[]>(() => this.api.list());
  protected readonly detail = new Loadable<ImportDetail | undefined>(async () => {
    const id = this.chosenId();
    return id === undefined ? undefined : this.api.read(id);
  });
  protected readonly chosenId = computed(() => {
    const id = Number(this.id());
    return Number.isSafeInteger(id) && id > 0 ? id : undefined;
  });
  protected readonly earlier = computed(() =>
    (this.imports.value() ?? []).map((one) => ({ ...one, label: STATE_LABELS[one.state] })),
  );
  /** How much of the files is sent, 0–1; undefined while none are. */
  protected readonly sent = signal<number | undefined>(undefined);
  protected readonly sentWords = computed(() =>
    new Intl.NumberFormat(undefined, { style: 'percent' }).format(this.sent() ?? 0),
  );
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly isDraggedOver = signal(false);
  protected readonly exportAddress = EXPORT_PATH;

  private readonly api = inject(ImportsApi);
  private readonly router = inject(Router);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);
  /** Somebody went to another page, and is not to be fetched back from there. */
  private isLeft = false;

  constructor() {
    inject(DestroyRef).onDestroy(() => (this.isLeft = true));
    void this.imports.load();
    effect(() => {
      this.chosenId();
      untracked(() => void this.detail.load());
    });
    listenToServer((event) => {
      if (event.type !== 'import' && event.type !== 'missed') return;
      void this.imports.refresh();
      if (event.type === 'missed' || event.importId === this.chosenId()) void this.detail.refresh();
    });
  }

  protected choose(input: HTMLInputElement): void {
    const files = chosenFiles(input.files);
    // The same file can be chosen again.
    input.value = '';
    void this.upload(files);
  }

  protected drop(event: DragEvent): void {
    event.preventDefault();
    this.isDraggedOver.set(false);
    void droppedFiles(event.dataTransfer).then((files) => this.upload(files));
  }

  protected dragOver(event: DragEvent): void {
    event.preventDefault();
    this.isDraggedOver.set(true);
  }

  protected apply(id: number): Promise<void> {
    return this.change(() => this.api.apply(id));
  }

  protected async undo(id: number): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: $localize`Take this import back?`,
      words: [
        $localize`What it brought is removed, and what it changed becomes as it was. What somebody changed since stays.`,
      ],
      action: $localize`Take it back`,
    });
    if (isSure) await this.change(() => this.api.undo(id));
  }

  protected async forget(id: number): Promise<void> {
    await this.change(() => this.api.forget(id));
    await this.router.navigate(['/import']);
  }

  private async upload(files: readonly NamedFile[]): Promise<void> {
    if (files.length === 0 || this.sent() !== undefined) return;
    this.failure.set(undefined);
    this.sent.set(0);
    try {
      const { id } = await this.api.upload(files, (fraction) => this.sent.set(fraction));
      void this.imports.refresh();
      const look = () => this.router.navigate(['/import'], { queryParams: { id } });
      if (!this.isLeft) await look();
      else this.notices.offer($localize`Your files are here.`, $localize`Look at them`, () => void look());
    } catch (thrown) {
      this.failure.set(failureFrom(thrown));
      if (this.isLeft) this.notices.sayFailure(thrown);
    } finally {
      this.sent.set(undefined);
    }
  }

  private async change(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
    await Promise.all([this.imports.refresh(), this.detail.refresh()]);
  }
}
