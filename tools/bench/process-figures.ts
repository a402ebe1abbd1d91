import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells CPU times in hundredths of a second (USER_HZ), on every architecture Node runs on. */
const MILLISECONDS_PER_TICK = 10;

/** CPU time a process has used so far, in all its threads, ms. */
export function cpuMs(pid: number): number {
  const stat = readStat(pid);
  if (stat === undefined) throw new Error(`Process ${pid} ended while it was measured.`);
  return (stat.userTicks + stat.systemTicks) * MILLISECONDS_PER_TICK;
}

/** CPU time a postmaster and its processes have used so far, those that ended included, ms. */
export function familyCpuMs(postmasterPid: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat === undefined) continue;
    if (Number(name) === postmasterPid) ticks += stat.userTicks + stat.systemTicks + stat.endedChildrenTicks;
    else if (stat.parentPid === postmasterPid) ticks += stat.userTicks + stat.systemTicks;
  }
  return ticks * MILLISECONDS_PER_TICK;
}

/** The most memory a process has had resident at once so far, MB. */
export function peakResidentMb(pid: number): number {
  return kilobytesOf(pid, 'VmHWM') / 1024;
}

/** The memory a process has resident now, MB. */
export function residentMb(pid: number): number {
  return kilobytesOf(pid, 'VmRSS') / 1024;
}

/** The process that started this one. */
export function parentPidOf(pid: number): number {
  const stat = readStat(pid);
  if (stat === undefined) throw new Error(`There is no process ${pid}.`);
  return stat.parentPid;
}

function kilobytesOf(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Number(kilobytes);
}

interface Stat {
  readonly parentPid: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly endedChildrenTicks: number;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold anything; the fields after it are numbered from 3 in proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    parentPid: field(4),
    userTicks: field(14),
    systemTicks: field(15),
    endedChildrenTicks: field(16) + field(17),
  };
}
