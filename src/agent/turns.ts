import { AppError } from '../errors.ts';
import type { KalendsChunk } from './messages.ts';

/** Lets one turn at a time into each conversation. */
export interface Turns {
  /** Waits a little for the turn before; throws `conflict` when it goes on. The caller must leave with what it gets. */
  enter(conversationId: string): Promise<Turn>;
  isActive(conversationId: string): boolean;
  /** Asks the turn of a conversation, if any, to end early. */
  stop(conversationId: string): void;
  /** Stops every turn and waits until each has kept what it did. */
  close(): Promise<void>;
}

export interface Turn {
  /** Aborted when the one who asked has gone, or the process ends. */
  readonly signal: AbortSignal;
  stop(): void;
  leave(): void;
}

export function createTurns({ patienceMs = 10_000 }: { readonly patienceMs?: number } = {}): Turns {
  const active = new Map<string, { readonly ended: Promise<void>; readonly stop: () => void }>();
  let isClosing = false;

  return {
    isActive: (conversationId) => active.has(conversationId),

    stop: (conversationId) => active.get(conversationId)?.stop(),

    async enter(conversationId) {
      const deadline = AbortSignal.timeout(patienceMs);
      for (;;) {
        if (isClosing)
          throw new AppError('unavailable', 'Kalends is shutting down.', { hint: 'Start it again, then send this once more.' });
        const other = active.get(conversationId);
        if (other === undefined) break;
        if (deadline.aborted) {
          throw new AppError('conflict', 'This conversation is still busy with the message before.', {
            hint: 'Wait until its answer has ended, or stop it.',
          });
        }
        await Promise.race([other.ended, new Promise((resolve) => deadline.addEventListener('abort', resolve, { once: true }))]);
      }
      const controller = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = () => controller.abort();
      active.set(conversationId, { ended: promise, stop });
      return {
        signal: controller.signal,
        stop,
        leave() {
          active.delete(conversationId);
          resolve();
        },
      };
    },

    async close() {
      isClosing = true;
      const running = [...active.values()];
      for (const turn of running) turn.stop();
      await Promise.all(running.map((turn) => turn.ended));
    },
  };
}

/**
 * The chunks that `work` emits. Whoever reads may go away at any time: `onGone` is told, and `work` runs to its end all the same.
 * A failure of `work` ends the stream with an `error` chunk.
 */
export function streamWork(work: (emit: (chunk: KalendsChunk) => void) => Promise<void>, onGone: () => void): ReadableStream<KalendsChunk> {
  let isWatched = true;
  return new ReadableStream({
    start(controller) {
      const emit = (chunk: KalendsChunk) => {
        if (isWatched) controller.enqueue(chunk);
      };
      work(emit)
        .catch((error: unknown) => {
          console.error(error);
          emit({ type: 'error', errorText: 'Something went wrong inside Kalends. Reload the conversation to see what was kept.' });
        })
        .finally(() => {
          if (isWatched) controller.close();
          isWatched = false;
        });
    },
    cancel() {
      isWatched = false;
      onGone();
    },
  });
}
