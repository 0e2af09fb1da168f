import { AsyncLocalStorage } from 'node:async_hooks';

const causes = new AsyncLocalStorage<readonly string[]>();

/** Every change that `work` records says that it came of these scripts, so that none of them is started by what it did itself. */
export function asCausedBy<Result>(scriptIds: readonly string[], work: () => Promise<Result>): Promise<Result> {
  return causes.run(scriptIds, work);
}

/** Ids of the scripts whose work is being done. */
export function currentCauses(): readonly string[] {
  return causes.getStore() ?? [];
}
