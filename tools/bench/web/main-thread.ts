import type { Browser, CDPSession, Page } from 'playwright-core';

/** What a task of a page's main thread did; times in milliseconds. */
export interface Task {
  /** Since the watching began. */
  readonly at: number;
  /** From its first to its last moment. Where the machine has other things to do, much of it is waiting. */
  readonly wallMs: number;
  /** What it worked. */
  readonly cpuMs: number;
  /** Of the work, by kind. */
  readonly parts: Readonly<Partial<Record<Kind, number>>>;
}

type Kind = 'script' | 'style' | 'layout' | 'paint' | 'collecting' | 'other';

/** An event of Chromium's trace; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
}

const BEGIN = 'bench-begin';
const TASK = 'ThreadControllerImpl::RunTask';
const KINDS: readonly (readonly [Exclude<Kind, 'other'>, RegExp])[] = [
  ['collecting', /GC/],
  ['style', /^(UpdateLayoutTree|Document::(recalcStyle|updateStyle|rebuildLayoutTree))/],
  ['layout', /^(Layout|HitTest)$/],
  ['paint', /^(Paint|PrePaint|Layerize|Commit|UpdateLayer|PaintImage)$/],
  ['script', /^(FunctionCall|EvaluateScript|EventDispatch|FireAnimationFrame|RunMicrotasks|TimerFire|v8\.)/],
];

/** Lets Chromium trace the main thread of `page`, and tells its tasks from now until `stop`. */
export async function watchMainThread(browser: Browser, page: Page): Promise<{ stop(): Promise<Task[]> }> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'blink.user_timing', 'v8'] },
  });
  // The mark says which of the many threads is the page's.
  await page.evaluate((name) => void performance.mark(name), BEGIN);
  return {
    async stop() {
      await endTracing(session);
      return tasksOf(events);
    },
  };
}

async function endTracing(session: CDPSession): Promise<void> {
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await ended;
  await session.detach();
}

function tasksOf(events: readonly TraceEvent[]): Task[] {
  const begin = events.findLast(({ name }) => name === BEGIN);
  if (begin === undefined) throw new Error('Chromium’s trace does not hold the mark of the page.');
  const ofThread = events
    .filter(({ ph, pid, tid, ts }) => ph === 'X' && pid === begin.pid && tid === begin.tid && ts >= begin.ts)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const tasks: { event: TraceEvent; parts: Partial<Record<Kind, number>> }[] = [];
  /** Events around the one at hand, from the outermost; each has its own time taken from that of the next outer one. */
  const open: { end: number; kind: Kind }[] = [];
  for (const event of ofThread) {
    const { name, ts, dur = 0, tdur = 0 } = event;
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= ts) open.pop();
    if (open.length === 0) {
      if (name !== TASK) continue;
      tasks.push({ event, parts: { other: 0 } });
    }
    const parts = tasks.at(-1)?.parts ?? {};
    const outer = open.at(-1);
    const kind = KINDS.find(([, names]) => names.test(name))?.[0] ?? outer?.kind ?? 'other';
    if (outer) parts[outer.kind] = (parts[outer.kind] ?? 0) - tdur / 1000;
    parts[kind] = (parts[kind] ?? 0) + tdur / 1000;
    open.push({ end: ts + dur, kind });
  }
  return tasks.map(({ event, parts }) => ({
    at: (event.ts - begin.ts) / 1000,
    wallMs: (event.dur ?? 0) / 1000,
    cpuMs: (event.tdur ?? 0) / 1000,
    parts,
  }));
}
