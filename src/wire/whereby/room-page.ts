import { z } from 'zod';

/** Kalends' own, and no part of Whereby: what the page behind a `roomUrl` is told and says. Messages are JSON, sent to `/rooms/<name>/<act>`. */
export interface RoomView {
  /** Without its slash. */
  readonly roomName: string;
  /** False when it was deleted, or its time is over. */
  readonly isOpen: boolean;
  readonly isLocked: boolean;
  /** ISO instant */
  readonly endDate: string;
  readonly isRecorded: boolean;
  readonly isTranscribed: boolean;
  /** When the ongoing session began: it takes two. */
  readonly sessionStartedAt: string | null;
  /** How many are inside. */
  readonly count: number;
  /** Who is inside, in the order they came; nobody for those outside a locked room. */
  readonly people: readonly RoomPerson[];
  /** Who waits at the door; only hosts are told. */
  readonly knocking: readonly RoomPerson[];
  /** The one this page is for; null before they came. */
  readonly you: RoomVisitor | null;
  /** What the link makes of who comes with it. */
  readonly role: 'host' | 'viewer' | 'visitor';
  /** Changes with anything above. */
  readonly version: string;
}

export interface RoomPerson {
  readonly participantId: string;
  readonly displayName: string;
  readonly isHost: boolean;
  readonly isViewer: boolean;
  /** ISO instant */
  readonly since: string;
}

export interface RoomVisitor extends RoomPerson {
  readonly state: 'knocking' | 'present' | 'left' | 'turned_away' | 'gave_up';
}

/** What `enter` answers: a secret that the page shows with all it says from then on. */
export interface RoomEntry {
  readonly visit: string;
  readonly view: RoomView;
}

const roomKey = z.string().max(2000).optional();
const visit = z.string().min(1).max(200);

export const lookBody = z.object({ roomKey, visit: visit.optional() });

export const enterBody = z.object({
  displayName: z.string().trim().min(1, { error: 'must not be empty' }).max(80, { error: 'must not be longer than 80 characters' }),
  roomKey,
  /** The same for every attempt of one page: a second one finds what the first did. */
  attempt: z.string().min(16).max(100),
});

/** With the version the page has, the answer waits a few seconds for another one. */
export const hereBody = z.object({ visit, version: z.string().max(100).optional() });

export const visitBody = z.object({ visit });
export const lockBody = z.object({ visit, isLocked: z.boolean() });
export const guestBody = z.object({ visit, participantId: z.string().max(100) });
