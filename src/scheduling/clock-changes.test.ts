import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { at, EVERY_DAY, facts, iso, schedule, weekly } from './facts.fixture.ts';
import { openHours } from './hours.ts';
import { parseDate } from './local-date.ts';
import { listSlots } from './slots.ts';

const DAYS = 6;

/** The days around a change of the clocks, each walk beginning two days before it. */
const CHANGES: readonly (readonly [string, string])[] = [
  ['America/New_York', '2030-03-08'],
  ['America/New_York', '2030-11-01'],
  ['Australia/Lord_Howe', '2030-04-05'],
  ['Australia/Lord_Howe', '2030-10-04'],
  ['Africa/Cairo', '2030-04-24'],
  ['Africa/Cairo', '2030-10-29'],
  ['Pacific/Apia', '2011-12-28'],
];

const PATTERNS: readonly (readonly [string, string])[] = [
  ['09:00', '17:00'],
  ['00:00', '23:59'],
  ['01:15', '02:45'],
  ['02:00', '03:00'],
  ['22:00', '23:59'],
  ['00:00', '00:45'],
];

describe('around changes of the clocks', () => {
  it.each(CHANGES)('the hours in %s after %s are those a slow Temporal walk finds', (timeZone, first) => {
    for (const [start, end] of PATTERNS) {
      const hours = schedule(timeZone, [weekly(EVERY_DAY, start, end)]);
      const { ranges } = openHours(hours, parseDate(first), parseDate(first) + DAYS - 1);
      expect(ranges.map((range) => [iso(range.start), iso(range.end)])).toEqual(
        slowHours(timeZone, first, start, end).map((range) => range.map((moment) => iso(moment.epochMilliseconds))),
      );
    }
  });

  it.each(CHANGES)('the slots in %s after %s are those a slow Temporal walk finds, whoever asks', (timeZone, first) => {
    const opening = { schedule: schedule(timeZone, [weekly(EVERY_DAY, '09:00', '17:00')]) };
    for (const booker of ['UTC', timeZone, 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/New_York']) {
      for (const lengthMinutes of [15, 25, 60]) {
        const slow = slowSlots(slowHours(timeZone, first, '09:00', '17:00'), booker, lengthMinutes);
        const query = { start: at(`${first}T00:00Z`) - 86_400_000, end: slow.at(-1) ?? 0, timeZone: booker };
        const now = query.start - 86_400_000;
        const slots = listSlots({ ...query, end: query.end + 1 }, facts({ lengthMinutes }, opening), now);
        const from = slow.at(0) ?? 0;
        expect(
          slots
            .map(({ start }) => start)
            .filter((start) => start >= from)
            .map(iso),
        ).toEqual(slow.map(iso));
      }
    }
  });

  it('a day has as many hours as its clocks show', () => {
    const allDay = (timeZone: string) => ({ schedule: schedule(timeZone, [weekly(EVERY_DAY, '00:00', '23:59')]) });
    const count = (timeZone: string, start: string, end: string) =>
      listSlots({ start: at(start), end: at(end), timeZone }, facts({}, allDay(timeZone)), at('2010-01-01T00:00Z')).length;
    expect(count('America/New_York', '2030-03-10T00:00-05:00', '2030-03-11T00:00-04:00')).toBe(23);
    expect(count('America/New_York', '2030-11-03T00:00-04:00', '2030-11-04T00:00-05:00')).toBe(25);
    expect(count('Africa/Cairo', '2030-04-26T01:00+03:00', '2030-04-27T00:00+03:00')).toBe(23);
    expect(count('Pacific/Apia', '2011-12-29T00:00-10:00', '2012-01-01T00:00+14:00')).toBe(48);
  });
});

type Range = readonly [Temporal.ZonedDateTime, Temporal.ZonedDateTime];

/** The same hours on some days, by wall-clock arithmetic of Temporal alone. */
function slowHours(timeZone: string, first: string, start: string, end: string): readonly Range[] {
  const ranges: Range[] = [];
  for (let step = 0; step < DAYS; step += 1) {
    const date = Temporal.PlainDate.from(first).add({ days: step });
    if (!date.toZonedDateTime(timeZone).toPlainDate().equals(date)) continue;
    const opens = date.toPlainDateTime(start).toZonedDateTime(timeZone);
    const closing = end === '23:59' ? date.add({ days: 1 }).toPlainDateTime('00:00') : date.toPlainDateTime(end);
    const closes = closing.toZonedDateTime(timeZone);
    if (Temporal.ZonedDateTime.compare(closes, opens) <= 0) continue;
    const previous = ranges.at(-1);
    if (previous === undefined || Temporal.ZonedDateTime.compare(previous[1], opens) < 0) ranges.push([opens, closes]);
    else ranges[ranges.length - 1] = [previous[0], Temporal.ZonedDateTime.compare(previous[1], closes) < 0 ? closes : previous[1]];
  }
  return ranges;
}

function slowSlots(ranges: readonly Range[], booker: string, lengthMinutes: number): number[] {
  const interval = [60, 30, 20, 15, 10, 5].find((minutes) => lengthMinutes % minutes === 0) ?? 1;
  const starts: number[] = [];
  for (const [opens, closes] of ranges) {
    let start = opens.withTimeZone(booker);
    while (start.minute % interval !== 0) start = start.add({ minutes: 1 });
    while (Temporal.ZonedDateTime.compare(start.add({ minutes: lengthMinutes }), closes) <= 0) {
      starts.push(start.epochMilliseconds);
      start = start.add({ minutes: lengthMinutes });
    }
  }
  return starts;
}
