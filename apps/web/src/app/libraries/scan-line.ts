import { Component, computed, input } from '@angular/core';
import { MatProgressBar } from '@angular/material/progress-bar';
import type { ScanProgress } from '@bookorbit/contracts';
import { Icon, When } from '../ui/index.ts';

/** How far a scan is while it runs, and what it found when it has ended. */
@Component({
  selector: 'bo-scan-line',
  imports: [Icon, MatProgressBar, When],
  templateUrl: './scan-line.html',
})
export class ScanLine {
  readonly scan = input.required<ScanProgress>();
  /** Until a file needs reading there is no telling how far along it is. */
  protected readonly percent = computed(() => {
    const { filesRead, filesToRead } = this.scan();
    return filesToRead === 0 ? undefined : Math.floor((filesRead / filesToRead) * 100);
  });
  protected readonly changes = computed(() => sayChanges(this.scan()));
}

/** What a scan changed, in words: "12 added, 1 moved". */
export function sayChanges(scan: ScanProgress): string {
  const counts: readonly (readonly [number, string])[] = [
    [scan.filesAdded, $localize`${scan.filesAdded}:count: added`],
    [scan.filesChanged, $localize`${scan.filesChanged}:count: changed`],
    [scan.filesMoved, $localize`${scan.filesMoved}:count: moved`],
    [scan.filesVanished, $localize`${scan.filesVanished}:count: vanished`],
    [scan.filesReturned, $localize`${scan.filesReturned}:count: returned`],
    [scan.filesWithProblem, $localize`${scan.filesWithProblem}:count: with a problem`],
  ];
  const said = counts.filter(([count]) => count > 0).map(([, words]) => words);
  return said.length === 0 ? $localize`nothing changed` : said.join(', ');
}
