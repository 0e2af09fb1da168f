import { AppError } from '../errors.ts';
import type { KalendsChunk } from './messages.ts';

/** Lets one turn at a time into each conversation. */
export interface Turns {
  /** Waits a little for the turn before; throws `conflict` when it goes on. The caller must leave with what it gets. */
  enter(conversationId: string): Promise<Turn>;
  /** In any process. */
  isActive(conversationId: string): Promise<boolean>;
  /** Asks the turn of a conversation, if any, to end early. */
  stop(conversationId: string): void;
  /** Stops every turn and waits until each has kept what it did. */
  close(): Promise<void>;
}

export interface Turn {
  /** Aborted when the one who asked has gone, or the process ends. */
  readonly signal: AbortSignal;
  stop(): void;
  /** Settles when the conversation is free for every process. */
  leave(): Promise<void>;
}

/** Keeps the other processes of one database out of a conversation; kept by the store. Without it this process is the only one. */
export interface TurnLeases {
  /** Takes or renews it for a while; false while another process has it. */
  take(conversationId: string, forMs: number): Promise<boolean>;
  /** Whether another process has it. */
  isTaken(conversationId: string): Promise<boolean>;
  release(conversationId: string): Promise<void>;
}

/** How long a process that died keeps a conversation to itself. */
const LEASE_MS = 30_000;
const RENEW_MS = 8_000;
const ASK_AGAIN_MS = 200;

export interface TurnsOptions {
  readonly patienceMs?: number;
  readonly leases?: TurnLeases | undefined;
}

export function createTurns({ patienceMs = 10_000, leases }: TurnsOptions = {}): Turns {
  const active = new Map<string, { readonly ended: Promise<void>; readonly stop: () => void }>();
  let isClosing = false;

  return {
    isActive: async (conversationId) => active.has(conversationId) || (await leases?.isTaken(conversationId)) === true,

    stop: (conversationId) => active.get(conversationId)?.stop(),

    async enter(conversationId) {
      const deadline = AbortSignal.timeout(patienceMs);
      for (;;) {
        if (isClosing)
          throw new AppError('unavailable', 'Kalends is shutting down.', { hint: 'Start it again, then send this once more.' });
        const other = active.get(conversationId);
        if (other === undefined) break;
        if (deadline.aborted) throw stillBusy();
        await Promise.race([other.ended, new Promise((resolve) => deadline.addEventListener('abort', resolve, { once: true }))]);
      }
      const controller = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = () => controller.abort();
      active.set(conversationId, { ended: promise, stop });
      let renewing: NodeJS.Timeout | undefined;
      const leave = async () => {
        clearInterval(renewing);
        // A lease that cannot be given back runs out by itself.
        await leases?.release(conversationId).catch(() => undefined);
        active.delete(conversationId);
        resolve();
      };
      try {
        while (leases !== undefined && !(await leases.take(conversationId, LEASE_MS))) {
          if (deadline.aborted || controller.signal.aborted) throw stillBusy();
          await new Promise((next) => setTimeout(next, ASK_AGAIN_MS));
        }
      } catch (error) {
        active.delete(conversationId);
        resolve();
        throw error;
      }
      if (leases !== undefined) {
        // Another process that took it over believes this one dead: then it must not go on.
        const renew = () =>
          leases.take(conversationId, LEASE_MS).then(
            (isOurs) => (isOurs ? undefined : stop()),
            () => undefined,
          );
        renewing = setInterval(renew, RENEW_MS).unref();
      }
      return { signal: controller.signal, stop, leave };
    },

    async close() {
      isClosing = true;
      const running = [...active.values()];
      for (const turn of running) turn.stop();
      await Promise.all(running.map((turn) => turn.ended));
    },
  };
}

function stillBusy(): AppError {
  return new AppError('conflict', 'This conversation is still busy with the message before.', {
    hint: 'Wait until its answer has ended, or stop it.',
  });
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
