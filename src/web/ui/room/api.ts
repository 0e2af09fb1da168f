import type { ErrorEnvelope } from '../../../errors.ts';
import type { RoomEntry, RoomView } from '../../../wire/whereby/room-page.ts';

/** What the service refused, in its words; `undefined` code: it did not answer. */
export class RoomFailure extends Error {
  readonly code: ErrorEnvelope['code'] | undefined;

  constructor(message: string, code?: ErrorEnvelope['code']) {
    super(message);
    this.name = 'RoomFailure';
    this.code = code;
  }
}

export interface RoomApi {
  look(body: { readonly roomKey?: string | undefined }): Promise<RoomView>;
  enter(body: { readonly displayName: string; readonly roomKey?: string | undefined; readonly attempt: string }): Promise<RoomEntry>;
  /** Waits a few seconds for a view of another version. */
  here(body: { readonly visit: string; readonly version?: string | undefined }, signal: AbortSignal): Promise<RoomView>;
  leave(visit: string): Promise<RoomView>;
  lock(visit: string, isLocked: boolean): Promise<RoomView>;
  admit(visit: string, participantId: string): Promise<RoomView>;
  turnAway(visit: string, participantId: string): Promise<RoomView>;
  /** Sent even while the page is being closed. */
  away(visit: string): void;
}

const TIMEOUT_MS = 15_000;

export function createRoomApi(name: string): RoomApi {
  const address = `/rooms/${encodeURIComponent(name)}`;

  async function post<Answer>(act: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${address}/${act}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      answer = await response.json();
    } catch {
      throw new RoomFailure('Kalends is not answering.');
    }
    if (response.ok) return answer as Answer; // the service's own answer to this very act
    const { error } = answer as { readonly error?: Partial<ErrorEnvelope> };
    throw new RoomFailure(error?.message ?? 'That did not work.', error?.code ?? 'internal');
  }

  return {
    look: (body) => post('look', body),
    enter: (body) => post('enter', body),
    here: (body, signal) => post('here', body, signal),
    leave: (visit) => post('leave', { visit }),
    lock: (visit, isLocked) => post('lock', { visit, isLocked }),
    admit: (visit, participantId) => post('admit', { visit, participantId }),
    turnAway: (visit, participantId) => post('turn-away', { visit, participantId }),
    away(visit) {
      navigator.sendBeacon(`${address}/away`, new Blob([JSON.stringify({ visit })], { type: 'application/json' }));
    },
  };
}
