import { Cron } from 'croner';
import { AppError } from '../errors.ts';
import { openWallClock } from './wall-clock.ts';

/** When a script runs: a cron expression of five fields, read in a zone. */
export interface Schedule {
  readonly cron: string;
  /** IANA */
  readonly zone: string;
}

/**
 * Throws `invalid_input` that names what cannot be read, and for a schedule that never comes. A local time that does not exist on the day clocks go
 * forward runs once, at the moment after the gap; a local time that exists twice runs once, the first time. What runs in every hour of the
 * day, once or every few minutes, goes on by the clock of the world on such days.
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
  return open(schedule)(after);
}

export function nextTicks(schedule: Schedule, after: number, count: number): readonly number[] {
  const next = open(schedule);
  const ticks: number[] = [];
  for (let tick = next(after); tick !== undefined && ticks.length < count; tick = next(tick)) ticks.push(tick);
  return ticks;
}

/** What was due since a tick that was not made: the last one, and how many came before it, at most a thousand. */
export function missedTicks(schedule: Schedule, first: number, now: number): { readonly last: number; readonly before: number } {
  const next = open(schedule);
  let last = first;
  let before = 0;
  while (before < MOST_MISSED) {
    const tick = next(last);
    if (tick === undefined || tick > now) return { last, before };
    last = tick;
    before += 1;
  }
  // Where it is many, only the newest counts: the last that is not in the future, found from nearby.
  const near = nextTicks(schedule, Math.max(last, now - NEAR_MS), MOST_MISSED).filter((tick) => tick <= now);
  return { last: near.at(-1) ?? last, before };
}

const MOST_CHARACTERS = 200;
const MOST_MISSED = 1000;
const NEAR_MS = 2 * 3_600_000;

/** Answers the first tick after a moment. */
function open({ cron, zone }: Schedule): (after: number) => number | undefined {
  const isSteady = STEADY.test(cron.trim());
  const pattern = new Cron(cron, { timezone: isSteady ? zone : 'UTC', paused: true, mode: '5-part' });
  const step = (from: number) => pattern.nextRun(new Date(from))?.getTime();
  if (isSteady) return step;
  // Read on the wall's clock, where no hour is missing and none comes twice: its times never go back when they are told in the world's.
  const clock = openWallClock(zone);
  return (after) => {
    for (let wall = step(clock.wallAt(after)); wall !== undefined; wall = step(wall)) {
      const tick = clock.instantOf(wall);
      if (tick > after) return tick;
    }
    return undefined;
  };
}

/** In every hour of the day: it goes on by the clock of the world. */
const STEADY = /^(@hourly|\S+\s+(\*|\?|0-23)(\/1)?\s.*)$/i;

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
