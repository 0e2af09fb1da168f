import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { findDates } from './index.ts';

const timeZone = 'Europe/Berlin';
const context = { now: Date.UTC(2030, 0, 8, 9, 20), timeZone };
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

const suffix = (day: number) =>
  day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th';
const two = (value: number) => String(value).padStart(2, '0');

const dates = fc.integer({ min: 0, max: 30_000 }).map((days) => Temporal.PlainDate.from('1990-01-01').add({ days }));
const writtenDates: ((date: Temporal.PlainDate) => string)[] = [
  (date) => date.toString(),
  ({ year, month, day }) => `${MONTHS[month - 1]} ${day}, ${year}`,
  ({ year, month, day }) => `${day} ${MONTHS[month - 1]} ${year}`,
  ({ year, month, day }) => `the ${day}${suffix(day)} of ${MONTHS[month - 1]} ${year}`,
  ({ year, month, day }) => `${MONTHS[month - 1]?.slice(0, 3)} ${day}${suffix(day)} ${year}`,
  ({ year, month, day }) => `${month}/${day}/${year}`,
  ({ year, month, day }) => `${year}/${two(month)}/${two(day)}`,
  ({ year, month, day, dayOfWeek }) => `${WEEKDAYS[dayOfWeek - 1]}, ${MONTHS[month - 1]} ${day}, ${year}`,
  ({ year, month, day }) => `${two(day)}-${MONTHS[month - 1]?.slice(0, 3)}-${year}`,
];

const clocks = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
const half = (hour: number) => (hour < 12 ? 'am' : 'pm');
const writtenClocks: ((clock: { hour: number; minute: number }) => string)[] = [
  ({ hour, minute }) => `${hour % 12 || 12}:${two(minute)}${half(hour)}`,
  ({ hour, minute }) => `${hour % 12 || 12}.${two(minute)} ${half(hour)}`,
  ({ hour, minute }) => `${two(hour)}:${two(minute)} UTC`,
  ({ hour, minute }) => `${hour % 12 || 12}:${two(minute)} ${hour < 12 ? 'a.m.' : 'p.m.'}`,
];

describe('findDates', () => {
  it('reads back a date in every way to write it', () => {
    fc.assert(
      fc.property(dates, fc.constantFrom(...writtenDates), (date, write) => {
        expect(findDates(`see you ${write(date)}`, context).map(({ kind, start }) => [kind, start])).toEqual([['date', date.toString()]]);
      }),
      { numRuns: 400 },
    );
  });

  it('reads back a date and a time in every order', () => {
    fc.assert(
      fc.property(
        dates,
        clocks,
        fc.constantFrom(...writtenDates),
        fc.constantFrom(...writtenClocks),
        fc.boolean(),
        (date, clock, writeDate, writeClock, isTimeFirst) => {
          const [day, time] = [writeDate(date), writeClock(clock)];
          const zoned = date.toPlainDateTime(clock).toZonedDateTime(time.endsWith('UTC') ? 'UTC' : timeZone);
          const expected = zoned.withTimeZone(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
          const [reading] = findDates(isTimeFirst ? `at ${time} on ${day}` : `${day} at ${time}`, context);
          expect([reading?.kind, reading?.start]).toEqual(['datetime', expected]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('starts every range before it ends', () => {
    const words = fc.constantFrom(
      'Monday',
      'Friday',
      'tomorrow',
      'today',
      '3pm',
      'noon',
      '9',
      '17:30',
      'March',
      'May 5',
      'the 12th',
      'next week',
      'this month',
      '2031',
      'in 3 days',
      'tonight',
      'morning',
      'end of June',
      'Christmas',
      'now',
      'Q2',
      'last Tuesday',
    );
    fc.assert(
      fc.property(words, fc.constantFrom('to', '-', 'until', 'and', 'for 2 hours from', ''), words, (from, joint, to) => {
        for (const { start, end } of findDates(`between ${from} ${joint} ${to}`, context)) {
          if (start && end && start.includes('-')) expect(start < end).toBe(true);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('counts a length in words as in figures', () => {
    const names = 'two three four five six seven eight nine ten eleven twelve'.split(' ');
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom('minutes', 'hours', 'days', 'weeks', 'months', 'years'),
        (value, unit) => {
          const minutes = findDates(`for ${names[value - 2]} ${unit}`, context)[0]?.minutes;
          expect(minutes).toBe(findDates(`${value} ${unit}`, context)[0]?.minutes);
          expect(minutes).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('never throws, and its phrases lie in the text without overlap', () => {
    const bits = fc.constantFrom(
      'monday',
      'next',
      'last',
      'the',
      'of',
      '3',
      '31',
      '99999',
      '2030',
      '2030-02-30',
      'pm',
      ':',
      '-',
      '/',
      '.',
      ',',
      'to',
      'at',
      'feb',
      'every',
      'day',
      'week',
      'year',
      'years',
      'ago',
      'in',
      'and',
      'half',
      'past',
      'quarter',
      'twenty',
      'first',
      'end',
      'business',
      'CET',
      'Europe/Paris',
      'UTC+2',
      '1/2',
      '%',
      'İ',
      'ß',
      '🙂',
      'for',
      'from',
      'until',
      'now',
      '+',
      'h',
      "o'clock",
      'noon',
      'before',
    );
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(bits, { maxLength: 14 }).map((found) => found.join(' ')),
      fc.array(bits, { maxLength: 8 }).map((found) => found.join('')),
    );
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Apia'),
        (text, zone) => {
          let last = 0;
          for (const reading of findDates(text, { now: context.now, timeZone: zone })) {
            expect(text.slice(reading.index, reading.index + reading.text.length)).toBe(reading.text);
            expect(reading.index).toBeGreaterThanOrEqual(last);
            last = reading.index + reading.text.length;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('says the same twice', () => {
    fc.assert(
      fc.property(dates, fc.constantFrom(...writtenDates), (date, write) => {
        expect(findDates(write(date), context)).toEqual(findDates(write(date), context));
      }),
      { numRuns: 50 },
    );
  });
});
