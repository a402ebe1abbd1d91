import { lastAtMost } from './columns/growable.ts';
import type { DomView } from './dom/dom-view.ts';
import type { EngineView } from './engine/engine-view.ts';
import { isBlank } from './source/markup.ts';

/** Source ranges of chunks with visible characters of which crengine holds none: text in the head, loose in tables, behind the body. */
export function findUnread(source: string, engine: EngineView, dom: DomView): Uint32Array {
  const ranges: number[] = [];
  const { source: starts, sourceEnd: ends } = dom.chunks;
  for (let chunk = 0; chunk < starts.length; chunk++) {
    const start = starts[chunk] ?? 0;
    const end = ends[chunk] ?? 0;
    const last = lastAtMost(engine.texts.source, end - 1, 0, engine.texts.source.length);
    const isRead = last >= 0 && (engine.texts.sourceEnd[last] ?? 0) > start;
    if (!isRead && !isBlank(source, start, end)) ranges.push(start, end);
  }
  return Uint32Array.from(ranges);
}

/** Whether an offset lies in one of the ranges. */
export function isUnread(ranges: Uint32Array, offset: number): boolean {
  const last = lastAtMost(ranges, offset, 0, ranges.length);
  return last >= 0 && last % 2 === 0;
}
