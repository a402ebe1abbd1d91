import type { CleanUp } from '../clean-up.ts';
import type { BenchPlan } from '../plan.ts';
import type { Workplace } from '../workplace.ts';
export async function benchScan(_w: Workplace, _p: BenchPlan, _c: CleanUp): Promise<string[]> {
  return [];
}
