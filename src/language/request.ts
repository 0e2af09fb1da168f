import type { Conventions } from './conventions.ts';
import type { Reading } from './dates/index.ts';

export type Intent =
  | 'book'
  | 'reschedule'
  | 'cancel'
  | 'confirm'
  | 'decline'
  | 'list'
  | 'availability'
  | 'event-types'
  | 'details'
  /** A video room of one's own, for no booking. */
  | 'create-room'
  | 'rooms'
  /** Who was in a call that took place. */
  | 'attendance'
  | 'help'
  | 'greeting'
  | 'thanks'
  | 'yes'
  | 'no'
  /** A fragment that answers a question: a name, an address, a time, a length, "the second one". */
  | 'answer'
  | 'other';

export interface LanguageContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA zone of the person who writes. */
  readonly timeZone: string;
  readonly conventions?: Conventions;
  /** Names that are known already; they are recognised without a capital letter. */
  readonly knownNames?: readonly string[];
}

export interface Person {
  readonly name?: string;
  readonly email?: string;
}

/**
 * When something is to happen, as far as it was said. Values are local in the asker's zone: `date` "2030-01-08", `time` and `endTime` "14:00".
 * A span of days or hours that leaves the exact start open stands in `from` and `to`: local, half-open, a date or a date with a time.
 */
export interface When {
  readonly date?: string;
  readonly time?: string;
  readonly endTime?: string;
  readonly from?: string;
  readonly to?: string;
  /** The day part that was named: "afternoon". */
  readonly dayPart?: string;
  /** As it was written. */
  readonly text: string;
  /** The phrase speaks of time but names none: "Feb 30", "25 o'clock". */
  readonly unreadable?: true;
  readonly past?: true;
  /** Recurs: "every Monday". */
  readonly recurring?: true;
  /** What was assumed, in words. */
  readonly assumed: readonly string[];
}

/** Which booking is meant. Everything that is present must fit. */
export interface Reference {
  readonly uid?: string;
  /** "it", "that meeting": the one last spoken of. */
  readonly isPronoun?: true;
  readonly person?: string;
  readonly when?: When;
  /** Words of its title: "roadmap". */
  readonly title?: string;
  readonly order?: 'next' | 'last' | number;
  /** "all my meetings tomorrow" */
  readonly isPlural?: true;
}

/** What a sentence asks for; absent means unsaid. */
export interface Request {
  readonly intent: Intent;
  readonly text: string;
  readonly people: readonly Person[];
  /** The moment asked for: of a new booking, of a moved one, of a look into the calendar. */
  readonly when?: When;
  readonly durationMinutes?: number;
  /** Moves a booking by so many minutes, when no new moment is named. */
  readonly shiftMinutes?: number;
  /** "the next available slot", "as soon as possible" */
  readonly isEarliest?: true;
  /** The words that may name an event type: "intro call". */
  readonly eventTypePhrase?: string;
  readonly subject?: string;
  readonly location?: string;
  readonly notes?: string;
  readonly reason?: string;
  readonly phone?: string;
  /** IANA zone that the sentence named. */
  readonly timeZone?: string;
  readonly reference?: Reference;
  /** "the first one", counted from 1; -1 is the last. */
  readonly choice?: number;
  /** A second request in the same sentence, as it was written. */
  readonly rest?: string;
  readonly readings: readonly Reading[];
}
