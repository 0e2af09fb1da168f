/** Tells those who wait in this process that something happened in a room. It only saves waiting. */
export interface Bell {
  ring(roomId: number): void;
  /** Settles with the next ring, with the time, or with the signal. */
  next(roomId: number, until: { readonly withinMs: number; readonly signal: AbortSignal }): Promise<void>;
}

export function createBell(): Bell {
  const waiting = new Map<number, Set<() => void>>();
  return {
    ring(roomId) {
      for (const wake of [...(waiting.get(roomId) ?? [])]) wake();
    },
    next(roomId, { withinMs, signal }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const those = waiting.get(roomId) ?? new Set();
      const timer = setTimeout(wake, withinMs);
      timer.unref();
      function wake(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        those.delete(wake);
        if (those.size === 0 && waiting.get(roomId) === those) waiting.delete(roomId);
        resolve();
      }
      those.add(wake);
      waiting.set(roomId, those);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
      return promise;
    },
  };
}
