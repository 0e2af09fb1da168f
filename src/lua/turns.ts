/** Lets a bounded number of runs go on at once; the others wait in order. */
export interface Turns {
  /** The function that ends the turn. An aborted wait is over at once and holds no turn. */
  take(signal: AbortSignal | undefined): Promise<() => void>;
}

export function createTurns(limit: number): Turns {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const hold = (): (() => void) => {
    taken += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      taken -= 1;
      waiting.shift()?.();
    };
  };
  return {
    take(signal) {
      if (signal?.aborted === true) return Promise.resolve(() => {});
      if (taken < limit && waiting.length === 0) return Promise.resolve(hold());
      return new Promise((resolve) => {
        const begin = () => {
          signal?.removeEventListener('abort', leave);
          resolve(hold());
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(begin), 1);
          resolve(() => {});
        };
        waiting.push(begin);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
