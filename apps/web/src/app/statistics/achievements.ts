import { Component, computed, input } from '@angular/core';
import { ACHIEVEMENT_LEVELS, type AchievementKind, type ReadingAchievement } from '@bookorbit/contracts';
import { Icon } from '../ui/index.ts';
import { sayDay } from './drawings.ts';

const KINDS = Object.keys(ACHIEVEMENT_LEVELS) as AchievementKind[];

/** What was reached by reading, and what comes next. */
@Component({
  selector: 'bo-achievements',
  imports: [Icon],
  templateUrl: './achievements.html',
  styleUrl: './achievements.css',
})
export class Achievements {
  readonly reached = input.required<readonly ReadingAchievement[]>();

  protected readonly kinds = computed(() =>
    KINDS.map((kind) => ({
      kind,
      label: KIND_LABELS[kind],
      levels: this.levelsOf(kind),
    })),
  );

  /** Those that are reached, and the next one. */
  private levelsOf(kind: AchievementKind) {
    const levels = ACHIEVEMENT_LEVELS[kind].map((level) => {
      const on = this.reached().find((one) => one.kind === kind && one.level === level)?.reachedOn;
      return { level, words: sayLevel(kind, level), reachedOn: on === undefined ? undefined : sayDay(on) };
    });
    const next = levels.findIndex(({ reachedOn }) => reachedOn === undefined);
    return next === -1 ? levels : levels.slice(0, next + 1);
  }
}

const KIND_LABELS: Readonly<Record<AchievementKind, string>> = {
  hours: $localize`Hours read`,
  streak: $localize`Days in a row`,
  days: $localize`Days with reading`,
  finished: $localize`Books finished`,
  marathon: $localize`Hours on one day`,
};

function sayLevel(kind: AchievementKind, level: number): string {
  const unit = { hours: 'hour', marathon: 'hour', streak: 'day', days: 'day', finished: undefined }[kind];
  return unit === undefined
    ? new Intl.NumberFormat().format(level)
    : new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'long' }).format(level);
}
