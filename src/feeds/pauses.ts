import { setImmediate } from 'node:timers/promises';

/** How long a long piece of work may hold everything else up. */
const LONGEST_MS = 8;

/** Call it often: it lets others have their turn when the work has gone on for long enough. */
export type Pause = () => Promise<void> | undefined;

export function createPauses(): Pause {
  let since = performance.now();
  return () => {
    if (performance.now() - since < LONGEST_MS) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
