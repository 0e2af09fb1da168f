/** What one run may use. Every number is a ceiling; reaching one ends the run, and no `pcall` catches that. */
export interface LuaBudgets {
  readonly sourceBytes: number;
  readonly memoryBytes: number;
  /** Instructions of the Lua machine, counted by the thousand. */
  readonly instructions: number;
  /** Time on the wall; waiting for a person or a rate limit does not count. */
  readonly wallMs: number;
  /** What all such waiting may take together. */
  readonly waitMs: number;
  /** Of the printed text, and of the returned values as JSON. */
  readonly outputBytes: number;
  /** Calls of functions under `app` and of `mcp.*`. */
  readonly calls: number;
}

export const DEFAULT_BUDGETS: LuaBudgets = {
  sourceBytes: 256 * 1024,
  memoryBytes: 64 * 1024 * 1024,
  instructions: 1_000_000_000,
  wallMs: 30_000,
  waitMs: 600_000,
  outputBytes: 1024 * 1024,
  calls: 200,
};

export interface SettledBudgets {
  readonly budgets: LuaBudgets;
  /** A sentence for each wish that was not granted. */
  readonly warnings: readonly string[];
}

/** A run's wishes under the ceiling: lower is granted, higher only where `mayRaise` says so. */
export function settleBudgets(ceiling: LuaBudgets, wished: Partial<LuaBudgets> = {}, mayRaise = false): SettledBudgets {
  const settled: Record<string, number> = { ...ceiling };
  const warnings: string[] = [];
  for (const [name, wish] of Object.entries(wished)) {
    const limit = settled[name];
    if (limit === undefined || wish === undefined) continue;
    const isUsable = Number.isFinite(wish) && wish > 0;
    if (isUsable && (mayRaise || wish <= limit)) settled[name] = Math.floor(wish);
    else
      warnings.push(
        `The budget ${name} stays at ${limit}: "${wish}" ${isUsable ? 'is above what your configuration allows' : 'is not a positive number'}.`,
      );
  }
  // The names are the ceiling's own, so the shape is too.
  return { budgets: settled as unknown as LuaBudgets, warnings };
}
