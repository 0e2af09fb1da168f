import { Temporal } from 'temporal-polyfill';
import { LuaCallError } from './outcome.ts';

/** What stands behind `now` and `time`: operations by name, positional JSON in, JSON out; `now` is one of them. Throws `LuaCallError` for what it cannot read. */
export interface LuaTime {
  readonly operations: readonly string[];
  run(operation: string, values: readonly unknown[]): unknown;
}

export interface LuaTimeOptions {
  /** Epoch milliseconds of the clock that scripts see. */
  readonly now: () => number;
  /** The zone of a script that names none. */
  readonly timeZone: string;
}

type Operation = (values: readonly unknown[], options: LuaTimeOptions) => unknown;

/** Date arithmetic that is right on the days when clocks change. Instants are ISO texts with an offset or Z; a text without one is local time. */
export function createLuaTime(options: LuaTimeOptions): LuaTime {
  return {
    operations: Object.keys(OPERATIONS),
    run(operation, values) {
      const run = OPERATIONS[operation];
      if (run === undefined) throw refuse(`There is no time.${operation}.`);
      return run(values, options);
    },
  };
}

const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;
type Unit = (typeof UNITS)[number];

const OPERATIONS: Readonly<Record<string, Operation>> = {
  /** `time.now([zone])` → "2030-01-07T08:00:00Z", or with the zone's offset. */
  now: ([zone], options) =>
    print(
      Temporal.Instant.fromEpochMilliseconds(options.now()).toZonedDateTimeISO(zoneOf(zone, options)),
      zone === undefined || zone === null,
    ),
  /** `time.today([zone])` → "2030-01-07". */
  today: ([zone], options) =>
    Temporal.Instant.fromEpochMilliseconds(options.now()).toZonedDateTimeISO(zoneOf(zone, options)).toPlainDate().toString(),
  /** `time.zone()` → the zone of a script that names none. */
  zone: (_values, options) => options.timeZone,
  /** `time.parse(text[, zone])` → epoch seconds. */
  parse: ([text, zone], options) => read(text, zone, options).epochMilliseconds / 1000,
  /** `time.from_epoch(seconds[, zone])` → an instant. */
  from_epoch: ([seconds, zone], options) => {
    if (typeof seconds !== 'number' || !Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12)
      throw refuse(`time.from_epoch wants seconds, not "${String(seconds)}".`);
    return print(
      Temporal.Instant.fromEpochMilliseconds(Math.round(seconds * 1000)).toZonedDateTimeISO(zoneOf(zone, options)),
      zone === undefined || zone === null,
    );
  },
  /** `time.to_zone(text, zone)` → the same instant with the zone's offset. */
  to_zone: ([text, zone], options) => print(read(text, undefined, options).withTimeZone(zoneOf(zone, options))),
  /** `time.to_utc(text[, zone])` → the same instant with Z. */
  to_utc: ([text, zone], options) => print(read(text, zone, options), true),
  /** `time.add(text, { days = 1, hours = -2 }[, zone])`: calendar units move on the wall clock of the zone, hours and less on the timeline. */
  add: ([text, amount, zone], options) => print(read(text, zone, options).add(readDuration(amount)), isUtcText(text, zone)),
  /** `time.diff(from, to[, unit[, zone]])` → how many units lie between, "minute" unless named. */
  diff: ([from, to, unit, zone], options) => {
    const [start, end] = [read(from, zone, options), read(to, zone, options)];
    return start.until(end, { largestUnit: unitOf(unit ?? 'minute') }).total({ unit: unitOf(unit ?? 'minute'), relativeTo: start });
  },
  /** `time.compare(a, b)` → -1, 0 or 1. */
  compare: ([first, second], options) =>
    Temporal.Instant.compare(read(first, undefined, options).toInstant(), read(second, undefined, options).toInstant()),
  /** `time.start_of(text, unit[, zone])`; a week begins on Monday. */
  start_of: ([text, unit, zone], options) => print(startOf(read(text, zone, options), unitOf(unit))),
  /** `time.end_of(text, unit[, zone])` → the start of the next one. */
  end_of: ([text, unit, zone], options) => {
    const wanted = unitOf(unit);
    return print(startOf(read(text, zone, options), wanted).add({ [`${wanted}s`]: 1 }));
  },
  /** `time.parts(text[, zone])` → year, month, day, hour, minute, second, weekday (1 is Monday), offset, zone. */
  parts: ([text, zone], options) => {
    const { year, month, day, hour, minute, second, dayOfWeek, offset, timeZoneId } = read(text, zone, options);
    return { year, month, day, hour, minute, second, weekday: dayOfWeek, offset, zone: timeZoneId };
  },
  /** `time.weekday(text[, zone])` → "Monday". */
  weekday: ([text, zone], options) => read(text, zone, options).toLocaleString('en-US', { weekday: 'long' }),
  /** `time.format(text[, zone[, locale]])` → "Mon, Jan 7, 2030, 9:00 AM". */
  format: ([text, zone, locale], options) => {
    const moment = read(text, zone, options);
    try {
      return moment.toLocaleString(typeof locale === 'string' ? locale : 'en-US', {
        weekday: 'short',
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
      });
    } catch {
      throw refuse(`The locale "${String(locale)}" is not known.`);
    }
  },
};

/** A zone that is named moves the moment into it; a text with an offset is otherwise read in the script's zone. */
function read(text: unknown, zone: unknown, options: LuaTimeOptions): Temporal.ZonedDateTime {
  const timeZone = zoneOf(zone, options);
  if (typeof text === 'number' && Number.isFinite(text) && Math.abs(text) <= 8.64e12) {
    return Temporal.Instant.fromEpochMilliseconds(Math.round(text * 1000)).toZonedDateTimeISO(timeZone);
  }
  if (typeof text === 'string') {
    try {
      if (/(?:Z|[+-]\d\d:?\d\d)(?:\[.*\])?$/i.test(text.trim()) && text.includes('T')) {
        return Temporal.Instant.from(
          text
            .trim()
            .toUpperCase()
            .replace(/\[.*\]$/, ''),
        ).toZonedDateTimeISO(timeZone);
      }
      return Temporal.PlainDateTime.from(text.trim()).toZonedDateTime(timeZone);
    } catch {
      // Said below, with the value.
    }
  }
  throw refuse(
    `The time "${String(text)}" cannot be read.`,
    'Write it as 2030-01-07T09:00:00Z, 2030-01-07T09:00:00+01:00, or as 2030-01-07T09:00 with a zone.',
  );
}

function zoneOf(zone: unknown, options: LuaTimeOptions): string {
  if (zone === undefined || zone === null) return options.timeZone;
  try {
    if (typeof zone === 'string') return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId;
  } catch {
    // Said below.
  }
  throw refuse(`The time zone "${String(zone)}" is not known.`, 'Zones are named like "Europe/Berlin".');
}

function readDuration(amount: unknown): Temporal.Duration {
  if (typeof amount === 'number') return readDuration({ seconds: amount });
  const fields = typeof amount === 'object' && amount !== null ? Object.entries(amount) : [];
  const known = fields.every(([name, value]) => UNITS.some((unit) => name === `${unit}s` || name === unit) && Number.isInteger(value));
  if (fields.length === 0 || !known)
    throw refuse(
      'The amount of time.add is a table of whole numbers.',
      'Write { days = 1, hours = -2 }: years, months, weeks, days, hours, minutes, seconds.',
    );
  const plural = Object.fromEntries(fields.map(([name, value]) => [name.endsWith('s') ? name : `${name}s`, value]));
  const signs = new Set(fields.map(([, value]) => Math.sign(value)).filter((sign) => sign !== 0));
  if (signs.size > 1) throw refuse('The parts of time.add must all point the same way.', 'Add twice: once forward, once back.');
  return Temporal.Duration.from(plural);
}

function unitOf(unit: unknown): Unit {
  const found = UNITS.find((known) => unit === known || unit === `${known}s`);
  if (found === undefined) throw refuse(`The unit "${String(unit)}" is not known.`, `Units are ${UNITS.join(', ')}.`);
  return found;
}

function startOf(moment: Temporal.ZonedDateTime, unit: Unit): Temporal.ZonedDateTime {
  if (unit === 'hour' || unit === 'minute' || unit === 'second') return moment.round({ smallestUnit: unit, roundingMode: 'floor' });
  const date = moment.toPlainDate();
  const first =
    unit === 'year'
      ? date.with({ month: 1, day: 1 })
      : unit === 'month'
        ? date.with({ day: 1 })
        : unit === 'week'
          ? date.subtract({ days: date.dayOfWeek - 1 })
          : date;
  return first.toZonedDateTime(moment.timeZoneId);
}

/** A text that ended in Z goes on doing so unless a zone was named. */
function isUtcText(text: unknown, zone: unknown): boolean {
  return (zone === undefined || zone === null) && typeof text === 'string' && /Z$/i.test(text.trim());
}

function print(moment: Temporal.ZonedDateTime, asUtc = false): string {
  const options = { fractionalSecondDigits: moment.millisecond === 0 ? 0 : 3 } as const;
  if (asUtc || moment.timeZoneId === 'UTC') return moment.toInstant().toString(options);
  return moment.toString({ ...options, timeZoneName: 'never' });
}

function refuse(message: string, hint?: string): LuaCallError {
  return new LuaCallError({ code: 'invalid_arguments', message, retryable: false, ...(hint === undefined ? {} : { hint }) });
}
