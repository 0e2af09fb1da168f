/** The time a run may take: it stands still while a person or a rate limit is waited for, and that has a cap of its own. */
export interface RunClock {
  /** Stops the wall clock until the returned function is called. */
  wait(): () => void;
  waitedMs(): number;
  elapsedMs(): number;
  /** Of the wall time; 0 when nothing is left. */
  leftMs(): number;
  close(): void;
}

export interface RunClockOptions {
  readonly wallMs: number;
  readonly waitMs: number;
  readonly onExpired: (which: 'wall' | 'wait') => void;
}

export function startRunClock({ wallMs, waitMs, onExpired }: RunClockOptions): RunClock {
  const startedAt = performance.now();
  let waiting = 0;
  let waitingSince = 0;
  let waited = 0;
  let timer: NodeJS.Timeout | undefined;
  const waitedMs = () => waited + (waiting > 0 ? performance.now() - waitingSince : 0);
  const leftMs = () => Math.max(0, wallMs - (performance.now() - startedAt - waitedMs()));
  const arm = () => {
    clearTimeout(timer);
    const left = waiting > 0 ? Math.max(0, waitMs - waitedMs()) : leftMs();
    timer = setTimeout(() => onExpired(waiting > 0 ? 'wait' : 'wall'), left);
  };
  arm();
  return {
    wait() {
      if (waiting === 0) waitingSince = performance.now();
      waiting += 1;
      if (waiting === 1) arm();
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        waiting -= 1;
        if (waiting > 0) return;
        waited += performance.now() - waitingSince;
        arm();
      };
    },
    waitedMs,
    elapsedMs: () => performance.now() - startedAt,
    leftMs,
    close: () => clearTimeout(timer),
  };
}
