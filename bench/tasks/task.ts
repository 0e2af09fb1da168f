import type { Player } from './agent.ts';

/** An everyday task, done in two ways that must come to the same. */
export interface Task {
  readonly name: string;
  /** What the person says. */
  readonly sentence: string;
  /** One call of a tool after the other: answers what it would tell the person. */
  readonly calls: (player: Player) => Promise<unknown>;
  /** What is looked up before the script is written: words to search by. */
  readonly search: readonly string[];
  /** Whether the script needs more of Lua than the language. */
  readonly needsLuaPage?: boolean;
  /** Returns the answer. */
  readonly script: string;
  readonly answer: unknown;
  /** What becomes of the calendar, by lines: `-` what is there no more, `+` what is new. */
  readonly changes: readonly string[];
}

/** The part of a booking that the tasks look at. */
export interface Meeting {
  readonly uid: string;
  readonly start: string;
  readonly end: string;
  readonly duration: number;
  readonly status: string;
  readonly location?: string;
  readonly cancellationReason?: string | null;
  readonly eventType: { readonly id: number; readonly slug: string };
  readonly attendees: readonly { readonly name: string; readonly email: string; readonly timeZone: string; readonly absent: boolean }[];
}

export function meetingsOf(output: unknown): readonly Meeting[] {
  return (output as { readonly bookings: readonly Meeting[] }).bookings; // of list_bookings, checked by the gate
}

/** Instants a number of minutes later. */
export function later(instant: string, minutes: number): string {
  return new Date(Date.parse(instant) + minutes * 60_000).toISOString();
}

/** "09:00" in Amsterdam, an hour ahead of UTC all winter. */
export function clockOf(instant: string): string {
  return later(instant, 60).slice(11, 16);
}
