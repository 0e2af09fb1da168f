import type { RoomView } from '../../../wire/whereby/room-page.ts';
import { type Cell, createCell } from '../client/cell.ts';
import { keep, recall } from './address.ts';
import { type RoomApi, RoomFailure } from './api.ts';

export interface RoomState {
  readonly name: string;
  /** `undefined` until the service answered, and when there is no such room. */
  readonly view: RoomView | undefined;
  readonly isMissing: boolean;
  /** The service does not answer just now. */
  readonly isLost: boolean;
  /** Something that was asked for is under way. */
  readonly isBusy: boolean;
  readonly problem: string | undefined;
}

/** This page's stay at one room, from the door to the way out. */
export interface Visit {
  readonly state: Cell<RoomState>;
  /** The name this person used last. */
  readonly lastName: string;
  begin(): void;
  enter(displayName: string): Promise<void>;
  leave(): Promise<void>;
  /** From "you left" back to the door. */
  comeBack(): void;
  lock(isLocked: boolean): Promise<void>;
  admit(participantId: string): Promise<void>;
  turnAway(participantId: string): Promise<void>;
  sayAway(): void;
}

/** How often somebody at the door looks again. */
const LOOK_EVERY_MS = 3_000;
const LONGEST_PAUSE_MS = 8_000;
const NAME_KEY = 'kalends-room-name';

export interface VisitParts {
  readonly name: string;
  readonly roomKey: string | undefined;
  readonly api: RoomApi;
}

export function createVisit({ name, roomKey, api }: VisitParts): Visit {
  const visitKey = `kalends-visit:${name}`;
  const state = createCell<RoomState>({ name, view: undefined, isMissing: false, isLost: false, isBusy: false, problem: undefined });
  let visit = recall(visitKey);
  // Chosen once for a try to come in: if its answer is lost, the next try finds what it did.
  let attempt = crypto.randomUUID();
  let running = new AbortController();

  const change = (part: Partial<RoomState>) => state.update((current) => ({ ...current, ...part }));

  function setVisit(next: string | undefined): void {
    visit = next;
    keep(visitKey, next);
  }

  function show(view: RoomView): void {
    change({ view, isMissing: false, isLost: false });
    if (view.you !== null && !isStaying(view)) setVisit(undefined);
  }

  /** Keeps the page up to date until the next `begin`. */
  async function follow(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const following = visit;
        const view = following === undefined ? await api.look({ roomKey }) : await hear(following, signal);
        if (signal.aborted) return;
        failures = 0;
        // An act may have come in between, with a newer view.
        if (following === visit) show(keepFarewell(view));
        if (visit === undefined) await pause(LOOK_EVERY_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof RoomFailure)) throw error;
        if (error.code === 'forbidden') setVisit(undefined);
        else if (error.code === 'not_found') change({ isMissing: true, view: undefined });
        else change({ isLost: true });
        failures += 1;
        await pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures), signal);
      }
    }
  }

  const hear = (visiting: string, signal: AbortSignal) => api.here({ visit: visiting, version: state.get().view?.version }, signal);

  /** Who just left still reads that they did, while the room goes on without them. */
  function keepFarewell(view: RoomView): RoomView {
    const last = state.get().view;
    return view.you === null && last?.you != null && !isStaying(last) ? { ...view, you: last.you } : view;
  }

  async function act(work: () => Promise<RoomView>): Promise<void> {
    if (state.get().isBusy) return;
    change({ isBusy: true, problem: undefined });
    try {
      show(await work());
    } catch (error) {
      if (!(error instanceof RoomFailure)) throw error;
      change({ problem: error.code === undefined ? 'Kalends is not answering. Try again in a moment.' : error.message });
    } finally {
      change({ isBusy: false });
    }
  }

  const actAs = (work: (visiting: string) => Promise<RoomView>) => act(() => work(visit ?? ''));

  function begin(): void {
    running.abort();
    running = new AbortController();
    void follow(running.signal);
  }

  return {
    state,
    lastName: recall(NAME_KEY, () => localStorage) ?? '',
    begin,
    async enter(displayName) {
      keep(NAME_KEY, displayName, () => localStorage);
      await act(async () => {
        const entry = await api.enter({ displayName, roomKey, attempt });
        setVisit(entry.visit);
        attempt = crypto.randomUUID();
        return entry.view;
      });
      begin();
    },
    leave: () => actAs((visiting) => api.leave(visiting)),
    comeBack() {
      const { view } = state.get();
      if (view !== undefined) change({ view: { ...view, you: null }, problem: undefined });
      begin();
    },
    lock: (isLocked) => actAs((visiting) => api.lock(visiting, isLocked)),
    admit: (participantId) => actAs((visiting) => api.admit(visiting, participantId)),
    turnAway: (participantId) => actAs((visiting) => api.turnAway(visiting, participantId)),
    sayAway() {
      if (visit !== undefined) api.away(visit);
    },
  };
}

function isStaying({ you }: RoomView): boolean {
  return you?.state === 'present' || you?.state === 'knocking';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
