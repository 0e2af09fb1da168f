import type { LuaBudgets, LuaOutcome } from '../lua/index.ts';
import type { PlannedCall } from './lua.ts';

/** How a script ended, as every surface tells it. */
export interface LuaReport extends Omit<LuaOutcome, 'meta'> {
  readonly meta: LuaOutcome['meta'] & {
    readonly dry_run: boolean;
    /** `--force` was asked for. What it passed over stands in the journal. */
    readonly permission_bypassed: boolean;
    /** The account of calls that name none. */
    readonly account: string | null;
    /** Only of a dry run. */
    readonly planned?: readonly PlannedCall[];
  };
}

/** Wishes under the ceiling of every run. */
export type LuaLimits = Partial<LuaBudgets>;

/** What a run was asked with. */
export interface ReportFacts {
  readonly dryRun?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly account?: string | undefined;
  readonly planned: readonly PlannedCall[];
}

export function toLuaReport(outcome: LuaOutcome, { dryRun = false, force = false, account, planned }: ReportFacts): LuaReport {
  const meta = { ...outcome.meta, dry_run: dryRun, permission_bypassed: force, account: account ?? null };
  return { ...outcome, meta: dryRun ? { ...meta, planned: [...planned] } : meta };
}
