import { AppError } from '../../errors.ts';
import type { Schedule } from '../../wire/calcom/schedules.ts';

type Availability = Schedule['availability'];
type Overrides = Schedule['overrides'];
type Weekday = 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday';

const WEEK: readonly Weekday[] = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const DAY_NAMES: readonly string[] = WEEK;
const GROUPS: Readonly<Record<string, readonly Weekday[]>> = {
  daily: WEEK,
  weekdays: WEEK.slice(0, 5),
  weekends: WEEK.slice(5),
};
const HOURS_HINT = 'Write it like "Mon-Fri 09:00-12:00, 13:00-17:00, Sat 10:00-12:00", or "never".';
const DATES_HINT = 'Write it like "2030-12-24 09:00-12:00, 2030-12-25 closed", or "none".';

/** Weekly hours from words: "Mon-Fri 09:00-12:00, 13:00-17:00"; hours without days belong to the days before them, and the other way round. */
export function parseHours(text: string): { days: Weekday[]; startTime: string; endTime: string }[] {
  if (/^\s*(never|none|closed)?\s*$/i.test(text)) return [];
  const found: { days: Weekday[]; startTime: string; endTime: string }[] = [];
  let days: readonly Weekday[] = [];
  let isNamed = false;
  for (const part of splitParts(text)) {
    const [, named = '', hours] = /^(.*?)(\d{1,2}(?::\d{2})?\s*(?:am|pm)?\s*-\s*\d.*)?$/i.exec(part) ?? [];
    if (named.trim() !== '') {
      const next = readDays(named, part);
      days = isNamed ? [...new Set([...days, ...next])] : next;
      isNamed = true;
    }
    if (hours === undefined) continue;
    if (days.length === 0) throw unreadable(part, 'names no day', HOURS_HINT);
    found.push({ days: [...days], ...readSpan(hours, HOURS_HINT) });
    isNamed = false;
  }
  if (isNamed) throw unreadable(text, 'names days without their hours', HOURS_HINT);
  return found;
}

/** "Mon-Fri 09:00-17:00, Sat 10:00-12:00" */
export function formatHours(availability: Availability): string {
  if (availability.length === 0) return 'never';
  return availability.map(({ days, startTime, endTime }) => `${formatDays(days)} ${startTime}-${endTime}`).join(', ');
}

/** Hours of single dates from words: "2030-12-24 09:00-12:00, 2030-12-25 closed". */
export function parseDates(text: string): { date: string; startTime: string; endTime: string }[] {
  if (/^\s*(none)?\s*$/i.test(text)) return [];
  let date: string | undefined;
  return splitParts(text).map((part) => {
    const [, named, rest = ''] = /^(\d{4}-\d{2}-\d{2})?[ T]*(.*)$/.exec(part) ?? [];
    date = named ?? date;
    if (date === undefined) throw unreadable(part, 'names no date', DATES_HINT);
    if (/^closed$/i.test(rest)) return { date, startTime: '00:00', endTime: '00:00' };
    return { date, ...readSpan(rest, DATES_HINT) };
  });
}

/** "2030-12-24 09:00-12:00, 2030-12-25 closed" */
export function formatDates(overrides: Overrides): string {
  if (overrides.length === 0) return 'none';
  return overrides
    .map(({ date, startTime, endTime }) => `${date} ${startTime === '00:00' && endTime === '00:00' ? 'closed' : `${startTime}-${endTime}`}`)
    .join(', ');
}

function splitParts(text: string): string[] {
  return text
    .replace(/[–—]|\bto\b/gi, '-')
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readDays(text: string, part: string): readonly Weekday[] {
  const words = text
    .replace(/\s*-\s*/g, '-')
    .split(/[\s&]+|\band\b/i)
    .filter((word) => word !== '');
  return [
    ...new Set(
      words.flatMap((word) => {
        const group = GROUPS[word.toLowerCase()];
        if (group !== undefined) return group;
        const [from, to = from] = word.split('-').map((name) => readDay(name, part));
        if (from === undefined || to === undefined) throw unreadable(part, 'names no day', HOURS_HINT);
        const first = WEEK.indexOf(from);
        return Array.from({ length: ((WEEK.indexOf(to) - first + 7) % 7) + 1 }, (_, index) => WEEK[(first + index) % 7] ?? from);
      }),
    ),
  ];
}

function readDay(name: string, part: string): Weekday {
  const wanted = name.toLowerCase().replace(/s$/, '');
  const day = wanted.length < 2 ? undefined : WEEK.find((candidate) => candidate.toLowerCase().startsWith(wanted));
  if (day === undefined) throw unreadable(part, `has "${name}" where a day should stand`, HOURS_HINT);
  return day;
}

function readSpan(text: string, hint: string): { startTime: string; endTime: string } {
  const [from = '', to = '', ...more] = text.split('-').map((clock) => clock.trim());
  const [startTime, endTime] = [readClock(from), readClock(to)];
  if (startTime === undefined || endTime === undefined || more.length > 0) throw unreadable(text, 'is no span of time', hint);
  const end = endTime === '24:00' ? '23:59' : endTime;
  if (end <= startTime)
    throw unreadable(text, 'does not end after it starts', 'Hours past midnight are two spans: "Fri 22:00-24:00, Sat 00:00-02:00".');
  return { startTime, endTime: end };
}

function readClock(text: string): string | undefined {
  const [, hours, minutes = '00', half] = /^(\d{1,2})(?::(\d{2}))?\s*(am|pm)?$/i.exec(text) ?? [];
  if (hours === undefined || Number(minutes) > 59) return undefined;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  if (hour > 24 || (hour === 24 && minutes !== '00') || (half !== undefined && Number(hours) > 12)) return undefined;
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

function formatDays(days: readonly string[]): string {
  const numbers = days.map((day) => DAY_NAMES.indexOf(day)).toSorted((one, other) => one - other);
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  const short = (number: number | undefined) => (WEEK[number ?? 0] ?? 'Monday').slice(0, 3);
  return runs.map((run) => (run.length > 2 ? `${short(run[0])}-${short(run.at(-1))}` : run.map(short).join(' '))).join(' ');
}

function unreadable(text: string, what: string, hint: string): AppError {
  return new AppError('invalid_input', `"${text}" ${what}.`, { hint });
}
