import { Temporal } from 'temporal-polyfill';

/** The moment and the zone a conversation is held in. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA */
  readonly timeZone: string;
}

/** The instant of a local "2030-01-08T14:00"; a time that the clocks skip moves forward. */
export function toInstant(local: string, { timeZone }: Clock): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds;
}

/** "2030-01-08T14:00" in the clock's zone. */
export function toLocal(instant: number, { timeZone }: Clock): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });
}

export function today(clock: Clock): string {
  return toLocal(clock.now, clock).slice(0, 10);
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date.slice(0, 10)).add({ days }).toString();
}

export function addMinutes(local: string, minutes: number): string {
  return Temporal.PlainDateTime.from(local).add({ minutes }).toString({ smallestUnit: 'minute' });
}

export function minutesBetween(time: string, endTime: string): number {
  const [from = 0, to = 0] = [time, endTime].map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5)));
  return to > from ? to - from : to + 1440 - from;
}

export function toIso(instant: number): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toString({ smallestUnit: 'second' });
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** "Tuesday 8 January"; with the year when it is not this one. */
export function sayDate(date: string, clock: Clock): string {
  const { dayOfWeek, day, month, year } = Temporal.PlainDate.from(date.slice(0, 10));
  const isThisYear = year === Number(today(clock).slice(0, 4));
  return `${WEEKDAYS[dayOfWeek - 1]} ${day} ${MONTHS[month - 1]}${isThisYear ? '' : ` ${year}`}`;
}

/** "Tuesday 8 January at 14:00" */
export function sayMoment(instant: number, clock: Clock): string {
  const local = toLocal(instant, clock);
  return `${sayDate(local, clock)} at ${local.slice(11)}`;
}

/** "14:00" */
export function sayTime(instant: number, clock: Clock): string {
  return toLocal(instant, clock).slice(11);
}

/** "today", "tomorrow", or "on Tuesday 8 January". */
export function sayDay(date: string, clock: Clock): string {
  if (date === today(clock)) return 'today';
  if (date === addDays(today(clock), 1)) return 'tomorrow';
  return `on ${sayDate(date, clock)}`;
}

/** "30 minutes", "1 hour", "1 hour 30 minutes" */
export function sayLength(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [
    ...(hours === 0 ? [] : [hours === 1 ? '1 hour' : `${hours} hours`]),
    ...(rest === 0 ? [] : [rest === 1 ? '1 minute' : `${rest} minutes`]),
  ];
  return parts.join(' ');
}

/** "New York" for "America/New_York". */
export function sayZone(timeZone: string): string {
  return (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}

/** "a", "a and b", "a, b and c" */
export function sayList(items: readonly string[], joint = 'and'): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${joint} ${items.at(-1)}`;
}
