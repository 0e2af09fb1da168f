import type { Conventions } from '../conventions.ts';

export type ReadingKind = 'date' | 'time' | 'datetime' | 'daterange' | 'timerange' | 'datetimerange' | 'duration' | 'set' | 'timezone';

/**
 * What a phrase says about time. Values are local in the asker's zone and carry no offset: a day is "2030-01-08", a moment
 * "2030-01-08T14:00", a time of day "14:00". Ranges are half-open; an open side is `null`.
 */
export interface Reading {
  readonly kind: ReadingKind;
  /** The phrase as it was written, and where it starts in the text. */
  readonly text: string;
  readonly index: number;
  readonly start?: string | null;
  readonly end?: string | null;
  /** A duration in minutes; months count 30 days and years 365. */
  readonly minutes?: number;
  /** A duration in ISO 8601: "PT1H30M". */
  readonly iso?: string;
  /** A recurrence in TIMEX: "XXXX-WXX-1T09", "P1D". */
  readonly timex?: string;
  /** The zone that the phrase named, by its IANA name; the values are converted already. */
  readonly timeZone?: string;
  /** The phrase is about time but names no definite one ("Feb 30", "this summer"). */
  readonly unresolved?: true;
  /** Unresolved because there is no such day: "Feb 30". */
  readonly impossible?: true;
  /** The reading lies before now. */
  readonly past?: true;
  /** The day part that was named, by its name in the conventions. */
  readonly dayPart?: string;
  /** What was assumed to arrive at the value, in words. */
  readonly assumed?: readonly string[];
}

export interface DateContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA */
  readonly timeZone: string;
  /** What is left out is as in `defaultConventions`. */
  readonly conventions?: Partial<Conventions>;
}
