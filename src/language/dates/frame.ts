import { Temporal } from 'temporal-polyfill';
import { type Conventions, defaultConventions } from '../conventions.ts';
import { DAY_SECONDS, formatLocal } from './calendar.ts';
import type { DateContext } from './reading.ts';

/** What a phrase is read against. All times are local seconds, all days whole numbers. */
export interface Frame {
  readonly now: number;
  readonly today: number;
  /** The day from which "the coming" is counted; today, or the start of a range when its end is read. */
  readonly anchor: number;
  readonly conventions: Conventions;
  /** Local seconds after so many seconds of real time. */
  readonly later: (seconds: number) => number;
  /** A local time of another zone (IANA or "+05:30") as local time of this one. */
  readonly fromZone: (second: number, timeZone: string) => number;
  /** Moves a local time that the clocks skip, and notes it; notes one that comes twice. */
  readonly settle: (second: number) => number;
  /** A meal the text speaks of: dinner "at 7" is in the evening. */
  readonly meal?: 'breakfast' | 'dinner';
  readonly note: (sentence: string) => void;
}

const WEEKDAYS = { monday: 1, saturday: 6, sunday: 7 } as const;

export function firstWeekday({ conventions }: Frame): number {
  return WEEKDAYS[conventions.weekStart];
}

export function openFrame({ now, timeZone, conventions }: DateContext, note: (sentence: string) => void): Frame {
  const local = toSecond(Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDateTime());
  const today = Math.floor(local / DAY_SECONDS);
  return {
    now: local,
    today,
    anchor: today,
    conventions: { ...defaultConventions, ...conventions },
    later: (seconds) =>
      toSecond(
        Temporal.Instant.fromEpochMilliseconds(now + Math.round(seconds) * 1000)
          .toZonedDateTimeISO(timeZone)
          .toPlainDateTime(),
      ),
    fromZone: (second, zone) => toSecond(toPlain(second).toZonedDateTime(zone).withTimeZone(timeZone).toPlainDateTime()),
    settle: (second) => settle(second, timeZone, note),
    note,
  };
}

function settle(second: number, timeZone: string, note: (sentence: string) => void): number {
  const plain = toPlain(second);
  const earlier = plain.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return second;
  const compatible = toSecond(plain.toZonedDateTime(timeZone).toPlainDateTime());
  const written = formatLocal(second).replace('T', ' ');
  if (compatible === second) note(`"${written}" comes twice in ${timeZone} (the clocks go back); the first is meant`);
  else note(`"${written}" does not exist in ${timeZone} (the clocks go forward); ${formatLocal(compatible).slice(11)} is meant`);
  return compatible;
}

function toPlain(second: number): Temporal.PlainDateTime {
  return new Temporal.PlainDateTime(1970, 1, 1).add({ seconds: second });
}

/** Whole seconds: a fraction of a second is dropped. */
function toSecond(plain: Temporal.PlainDateTime): number {
  return Math.floor(plain.toZonedDateTime('UTC').epochMilliseconds / 1000);
}

export function isTimeZone(name: string): boolean {
  try {
    return Boolean(Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name));
  } catch {
    return false;
  }
}
