import { Cron } from 'croner';
import { AppError } from '../errors.ts';

/** When a script runs: a cron expression of five fields, read in a zone. */
export interface Schedule {
  readonly cron: string;
  /** IANA */
  readonly zone: string;
}

/**
 * Throws `invalid_input` that names what cannot be read, and for a schedule that never comes. A local time that does not exist on the day clocks go
 * forward runs once, at the moment after the gap; a local time that exists twice runs once, the first time. What runs every hour, or every few
 * minutes, goes on by the clock of the world on such days.
 */
export function checkSchedule({ cron, zone }: Schedule, from: number): void {
  if (cron.length > MOST_CHARACTERS || cron.trim().split(/\s+/).length !== (cron.trim().startsWith('@') ? 1 : 5))
    throw fault(cron, 'it does not have five fields');
  checkZone(zone);
  try {
    open({ cron, zone });
  } catch (cause) {
    throw fault(cron, reasonOf(cause), cause);
  }
  if (nextTick({ cron, zone }, from) === undefined) throw fault(cron, 'it never comes');
}

/** The first tick after a moment, epoch milliseconds; `undefined` where there is none any more. */
export function nextTick(schedule: Schedule, after: number): number | undefined {
  return open(schedule).nextRun(new Date(after))?.getTime();
}

export function nextTicks(schedule: Schedule, after: number, count: number): readonly number[] {
  return open(schedule)
    .nextRuns(count, new Date(after))
    .map((tick) => tick.getTime());
}

/** What was due since a tick that was not made: the last one, and how many came before it, at most a thousand. */
export function missedTicks(schedule: Schedule, first: number, now: number): { readonly last: number; readonly before: number } {
  let last = first;
  let before = 0;
  while (before < MOST_MISSED) {
    const next = nextTick(schedule, last);
    if (next === undefined || next > now) return { last, before };
    last = next;
    before += 1;
  }
  // Where it is many, only the newest counts: the last that is not in the future, found from nearby.
  const near = nextTicks(schedule, Math.max(last, now - NEAR_MS), MOST_MISSED).filter((tick) => tick <= now);
  return { last: near.at(-1) ?? last, before };
}

const MOST_CHARACTERS = 200;
const MOST_MISSED = 1000;
const NEAR_MS = 2 * 3_600_000;

function open({ cron, zone }: Schedule): Cron {
  return new Cron(cron, { timezone: zone, paused: true, mode: '5-part' });
}

function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (cause) {
    throw new AppError('invalid_input', `"${zone}" is no time zone.`, { cause, hint: 'Write it like Europe/Berlin.' });
  }
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : '';
  const [, field, value] = /Invalid value for (\w+): (.*)$/.exec(message) ?? [];
  return field === undefined ? 'it cannot be read' : `"${value}" is no ${FIELDS[field] ?? field}`;
}

const FIELDS: Readonly<Record<string, string>> = {
  minute: 'minute',
  hour: 'hour',
  day: 'day of the month',
  month: 'month',
  dayOfWeek: 'day of the week',
};

function fault(cron: string, why: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `"${cron}" is no schedule: ${why}.`, {
    cause,
    hint: 'Write minute, hour, day of the month, month and day of the week: "0 9 * * 1-5" is nine o\'clock from Monday to Friday.',
  });
}
