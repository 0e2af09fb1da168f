import { createContext, Script } from 'node:vm';

// V8 looks for the end of its time while it backtracks and in every loop of WebAssembly; a timer of our own would never get its turn.
const work: { run: () => void } = { run: () => {} };
const context = createContext({ work });
const script = new Script('work.run()');

/** Runs work that never looks at a clock; false when it was ended because it took longer. May be nested. */
export function endsWithin(timeoutMs: number, run: () => void): boolean {
  work.run = run;
  try {
    script.runInContext(context, { timeout: timeoutMs });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return false;
  }
}
