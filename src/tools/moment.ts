import { Temporal } from 'temporal-polyfill';
import { AppError } from '../errors.ts';
import type { CardTime } from '../toolkit/card.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(instant: number, timeZone: string): Readonly<Record<string, string>> {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, type === 'month' ? value.slice(0, 3) : value]));
}

/** "Tue 8 Jan 2030" */
export function toDayLabel(instant: number, timeZone: string): string {
  const { weekday, day, month, year } = partsOf(instant, timeZone);
  return `${weekday} ${day} ${month} ${year}`;
}

/** "14:00" */
export function toTimeLabel(instant: number, timeZone: string): string {
  const { hour, minute } = partsOf(instant, timeZone);
  return `${hour}:${minute}`;
}

/** "Tue 8 Jan 2030, 14:00 – 14:30"; names the second day when the range ends on another one. */
export function toRangeLabel(start: number, end: number, timeZone: string): string {
  const day = toDayLabel(start, timeZone);
  const endDay = toDayLabel(end, timeZone);
  const endLabel = toTimeLabel(end, timeZone);
  return `${day}, ${toTimeLabel(start, timeZone)} – ${day === endDay ? endLabel : `${endDay}, ${endLabel}`}`;
}

/** "New York" for "America/New_York". */
export function toZoneLabel(timeZone: string): string {
  return (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}

/** A card's time in the reader's zone and, when that reads differently, in the other person's. */
export function toCardTime(
  { start, end }: { readonly start: number; readonly end: number },
  { timeZone, otherZone }: { readonly timeZone: string; readonly otherZone?: string | undefined },
): CardTime {
  const label = toRangeLabel(start, end, timeZone);
  const otherLabel =
    otherZone === undefined || otherZone === timeZone ? undefined : `${toRangeLabel(start, end, otherZone)} (${toZoneLabel(otherZone)})`;
  return {
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    timeZone,
    label,
    ...(otherLabel === undefined ? {} : { otherLabel }),
  };
}

/**
 * Epoch milliseconds of "2030-01-08T14:00:00Z", "2030-01-08T14:00+01:00" or, read in `timeZone`, "2030-01-08T14:00".
 * A local time that the clocks skip or that is no date throws `invalid_input`; one that happens twice is its first occurrence.
 */
export function parseMoment(text: string, timeZone: string): number {
  const trimmed = text.trim();
  try {
    if (/(Z|[+-]\d{2}:?\d{2})$/i.test(trimmed) && trimmed.includes('T')) return Temporal.Instant.from(trimmed).epochMilliseconds;
    const local = Temporal.PlainDateTime.from(trimmed.replace(' ', 'T'), { overflow: 'reject' });
    const zoned = local.toZonedDateTime(timeZone, { disambiguation: 'compatible' });
    if (zoned.toPlainDateTime().equals(local)) return zoned.epochMilliseconds;
  } catch {
    throw new AppError('invalid_input', `"${text}" is not a time that can be read.`, {
      hint: 'Write an instant like 2030-01-08T14:00:00Z, or a local time like 2030-01-08T14:00.',
    });
  }
  throw new AppError('invalid_input', `"${text}" does not exist in ${timeZone}: the clocks jump over it that day.`, {
    hint: 'Choose a time an hour earlier or later.',
  });
}

/** Epoch milliseconds at which "2030-01-08", or the date `daysLater`, begins in `timeZone`; not always midnight. */
export function startOfDate(date: string, timeZone: string, daysLater = 0): number {
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' }).add({ days: daysLater }).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    throw new AppError('invalid_input', `"${date}" is not a date.`, { hint: 'Write it like 2030-01-08.' });
  }
}
