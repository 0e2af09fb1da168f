import { AppError } from '../../errors.ts';
import type { When } from '../../language/index.ts';
import { parseMoment, startOfDate, toDayLabel, toTimeLabel } from '../moment.ts';

export interface WhenContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA */
  readonly timeZone: string;
  /** A look back is meant as much as one ahead. */
  readonly mayBePast?: true;
}

/** What a phrase says about time, as instants. */
export type Timing =
  | { readonly kind: 'moment'; readonly start: number; readonly end?: number; readonly assumed: readonly string[] }
  /** Half-open; `hours` are clock times on every day of it. */
  | { readonly kind: 'span'; readonly start: number; readonly end: number; readonly hours?: Hours; readonly assumed: readonly string[] };

export type Hours = readonly [from: string, to: string];

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL_OR_INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const EXAMPLES = 'Write it like "tomorrow 2pm", "next week", 2030-01-08 or 2030-01-08T14:00:00Z.';
/** How far a phrase without a date looks. */
const USUAL_DAYS = 14;

/** Reads "tomorrow at nine", "next Tuesday afternoon", "2030-01-08", "2030-01-08T14:00Z". Throws `invalid_input` for what is no time, or past. */
export async function readTiming(text: string, context: WhenContext): Promise<Timing> {
  const { timeZone } = context;
  const trimmed = text.trim();
  if (DATE.test(trimmed))
    return { kind: 'span', start: startOfDate(trimmed, timeZone), end: startOfDate(trimmed, timeZone, 1), assumed: [] };
  if (LOCAL_OR_INSTANT.test(trimmed)) return { kind: 'moment', start: parseMoment(trimmed, timeZone), assumed: [] };
  // The grammar takes its time to load, and most calls have no need of it.
  const { understand } = await import('../../language/index.ts');
  const { when, isEarliest } = understand(trimmed, context);
  if (when === undefined && isEarliest === true)
    return { kind: 'span', start: context.now, end: context.now + USUAL_DAYS * 86_400_000, assumed: [] };
  if (when === undefined || when.unreadable === true)
    throw new AppError('invalid_input', `"${text}" is not understood as a time.`, { hint: EXAMPLES });
  if (when.past === true && context.mayBePast !== true)
    throw new AppError('invalid_input', `"${text}" is in the past.`, { hint: 'Name a time that is still to come.' });
  return toTiming(when, text, context);
}

function toTiming(when: When, text: string, { now, timeZone }: WhenContext): Timing {
  const { date, time, endTime, from, to } = when;
  const assumed = [...when.assumed];
  if (time !== undefined && from === undefined) {
    const day = date ?? nextDay(time, { now, timeZone });
    if (date === undefined) assumed.push(`"${text}" was taken to be on ${toDayLabel(startOfDate(day, timeZone), timeZone)}`);
    const start = toInstant(day, time, timeZone);
    const end = endTime === undefined ? undefined : toInstant(day, endTime, timeZone, endTime <= time ? 1 : 0);
    return { kind: 'moment', start, ...(end === undefined ? {} : { end }), assumed };
  }
  if (when.recurring === true && date === undefined && from === undefined) {
    throw new AppError('invalid_input', `"${text}" recurs, and one time is needed.`, { hint: EXAMPLES });
  }
  if (date !== undefined) return { kind: 'span', start: startOfDate(date, timeZone), end: startOfDate(date, timeZone, 1), assumed };
  if (isClock(from) || isClock(to)) {
    const today = toDate(now, timeZone);
    const hours: Hours = [from ?? '00:00', to ?? '24:00'];
    return { kind: 'span', start: now, end: startOfDate(today, timeZone, USUAL_DAYS), hours, assumed };
  }
  const hours: Hours | undefined = time === undefined ? undefined : [time, '24:00'];
  const start = from === undefined ? now : toBound(from, timeZone);
  const end = to === undefined ? endOfDay(start, timeZone) : toBound(to, timeZone);
  return { kind: 'span', start, end, ...(hours === undefined ? {} : { hours }), assumed };
}

/** "Tue 8 Jan 2030, 14:00" */
export function toMomentLabel(instant: number, timeZone: string): string {
  return `${toDayLabel(instant, timeZone)}, ${toTimeLabel(instant, timeZone)}`;
}

/** "2030-01-08" in the zone. */
export function toDate(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
}

/** A bare time means today, or tomorrow when it has passed. */
function nextDay(time: string, { now, timeZone }: WhenContext): string {
  const today = toDate(now, timeZone);
  return toInstant(today, time, timeZone) > now ? today : toDate(startOfDate(today, timeZone, 1), timeZone);
}

function toInstant(date: string, time: string, timeZone: string, daysLater = 0): number {
  if (time === '24:00') return startOfDate(date, timeZone, daysLater + 1);
  const day = daysLater === 0 ? date : toDate(startOfDate(date, timeZone, daysLater), timeZone);
  return parseMoment(`${day}T${time}`, timeZone);
}

function toBound(text: string, timeZone: string): number {
  return DATE.test(text) ? startOfDate(text, timeZone) : parseMoment(text, timeZone);
}

function endOfDay(instant: number, timeZone: string): number {
  return startOfDate(toDate(instant, timeZone), timeZone, 1);
}

function isClock(text: string | undefined): text is string {
  return text !== undefined && /^\d\d:\d\d$/.test(text);
}
