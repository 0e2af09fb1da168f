import { AppError } from '../errors.ts';
import type { Reading } from '../language/dates/index.ts';
import type { OwnerClient } from '../owner/client.ts';
import { checkTimeZone } from '../toolkit/time-zone.ts';

export interface WhenContext {
  readonly owner: OwnerClient;
  /** The zone the person writes times in; the installation's user's when absent. */
  readonly timeZone?: string | undefined;
}

/** As the tools take it: dates are whole days, the last one included; a time at the end no longer belongs to the range. */
export interface WhenRange {
  readonly start: string;
  readonly end: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const EXAMPLES = 'Write it like "tomorrow 2pm", 2030-01-08T14:00 or 2030-01-08T14:00:00Z.';

/** "2030-01-08T14:00" as it is; "tomorrow 2pm" read by the owner's clock. Anything that is not one moment throws `invalid_input`. */
export async function toMoment(text: string, context: WhenContext): Promise<string> {
  if (MOMENT.test(text)) return text.replace(' ', 'T');
  const reading = DAY.test(text) ? undefined : await readOne(text, context);
  if (reading === undefined || reading.kind === 'date' || reading.kind === 'daterange' || reading.start == null) {
    throw new AppError('invalid_input', `"${text}" names a day but no time.`, { hint: EXAMPLES });
  }
  if (reading.kind !== 'datetime' && reading.kind !== 'datetimerange') throw notUnderstood(text, EXAMPLES);
  return reading.start;
}

/** A moment or a whole day, for filters. */
export async function toDayOrMoment(text: string, context: WhenContext): Promise<string> {
  if (MOMENT.test(text)) return text.replace(' ', 'T');
  return DAY.test(text) ? text : startOf(await readOne(text, context), text);
}

/** "friday afternoon", "next week", "2030-01-11". */
export async function toRange(text: string, context: WhenContext): Promise<WhenRange> {
  if (DAY.test(text)) return { start: text, end: text };
  const reading = await readOne(text, context);
  const start = startOf(reading, text);
  if (reading.end != null) return { start, end: DAY.test(reading.end) ? await dayBefore(reading.end) : reading.end };
  if (reading.kind === 'date') return { start, end: start };
  throw new AppError('invalid_input', `"${text}" is no day and no range of time.`, {
    hint: 'Write it like "friday afternoon", "next week" or 2030-01-11.',
  });
}

/** Today and the six days after it, by the owner's clock. */
export async function comingWeek({ owner, timeZone }: WhenContext): Promise<WhenRange> {
  const [{ Temporal }, me] = await Promise.all([import('temporal-polyfill'), owner.json<Me>('/app/me')]);
  const today = Temporal.Instant.from(me.clock.now)
    .toZonedDateTimeISO(checkTimeZone(timeZone ?? me.user.timeZone))
    .toPlainDate();
  return { start: today.toString(), end: today.add({ days: 6 }).toString() };
}

function startOf({ kind, start }: Reading, text: string): string {
  if (start == null || kind === 'time' || kind === 'timerange') throw notUnderstood(text, EXAMPLES);
  return start;
}

/** The part of `GET /app/me` that reading a time needs. */
interface Me {
  readonly user: { readonly timeZone: string };
  readonly clock: { readonly now: string };
}

async function readOne(text: string, { owner, timeZone }: WhenContext): Promise<Reading> {
  const [{ findDates }, me] = await Promise.all([import('../language/dates/index.ts'), owner.json<Me>('/app/me')]);
  const found = findDates(text, { now: Date.parse(me.clock.now), timeZone: checkTimeZone(timeZone ?? me.user.timeZone) });
  const [reading] = found;
  const left = reading === undefined ? text : (text.slice(0, reading.index) + text.slice(reading.index + reading.text.length)).trim();
  if (reading === undefined || found.length > 1 || left !== '' || reading.unresolved) throw notUnderstood(text, EXAMPLES);
  return reading;
}

/** The readings' ends are exclusive, the tools' last dates are not. */
async function dayBefore(day: string): Promise<string> {
  const { Temporal } = await import('temporal-polyfill');
  return Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
}

function notUnderstood(text: string, hint: string): AppError {
  return new AppError('invalid_input', `"${text}" is not understood as a time.`, { hint });
}
