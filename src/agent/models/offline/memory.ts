import type { Person, Request, When } from '../../../language/index.ts';
import type { CallResult } from './conversation.ts';
import type { KnownBooking, KnownEventType } from './results.ts';
import type { Clock } from './time.ts';

/** One thing the assistant works on, as far as the person has said it. */
export interface Draft {
  readonly goal: 'book' | 'reschedule' | 'cancel' | 'confirm' | 'decline' | 'details' | 'list' | 'availability';
  readonly request: Request;
  /** Words of an earlier answer, for a person who was asked for. */
  readonly people: readonly Person[];
  readonly when?: When;
  /** The booking that was chosen of several. */
  readonly booking?: KnownBooking;
  /** The person took a time that the clocks skip as it was explained. */
  readonly isTimeConfirmed?: true;
}

export type Question = 'who' | 'email' | 'when' | 'which' | 'event-type' | 'confirm';

/** What the conversation has come to; made again from its first word each time, so nothing is hidden. */
export interface Memory {
  readonly draft?: Draft;
  /** How the last turn ended: `asking` waits for an answer to `question`. */
  readonly status: 'idle' | 'asking' | 'pending' | 'denied' | 'done';
  readonly question?: Question;
  /** The name an address was asked for. */
  readonly askedFor?: string;
  /** "it" */
  readonly booking?: KnownBooking;
  /** The bookings of "which one?", in the order they were listed. */
  readonly candidates: readonly KnownBooking[];
  /** The free starts that were offered in words, in that order. */
  readonly offered: readonly number[];
  /** The event types of "which one?". */
  readonly offeredTypes: readonly KnownEventType[];
  readonly contacts: readonly Contact[];
  readonly eventTypes: readonly KnownEventType[];
  /** The day last spoken of: "2030-01-11". */
  readonly date?: string;
}

export interface Contact {
  readonly name: string;
  readonly email: string;
  readonly timeZone?: string;
}

export const emptyMemory: Memory = { status: 'idle', candidates: [], offered: [], offeredTypes: [], contacts: [], eventTypes: [] };

export interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Only on the way to something else; not worth showing to the person. */
  readonly isLookup?: true;
}

/** What the assistant does next: says something, and calls tools. */
export interface Step {
  readonly say?: string;
  readonly calls: readonly Call[];
}

/** How a turn ends. */
export interface Outcome {
  readonly text: string;
  readonly suggestions?: readonly string[];
  /** What is to be remembered of it. */
  readonly memory: Partial<Memory>;
}

/** A plan asks for calls and goes on with their results; it ends with what to say. */
export type Plan<Result = Outcome> = Generator<Step, Result, readonly CallResult[]>;

/** What every plan can see. */
export interface Scene {
  readonly clock: Clock;
  readonly memory: Memory;
  readonly userEmail?: string;
}

/** One call and its result. */
export function* call(made: Call, say?: string): Plan<CallResult> {
  const [result] = yield { calls: [made], ...(say === undefined ? {} : { say }) };
  return result ?? { status: 'unknown', message: 'The call gave no result.' };
}

export function isOutcome(value: object): value is Outcome {
  return 'text' in value && 'memory' in value;
}
