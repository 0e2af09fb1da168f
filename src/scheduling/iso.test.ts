import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { at } from './facts.fixture.ts';
import { groupByDate, toIsoOffset, toIsoUtc } from './iso.ts';
import { parseDate, toCivilDate, toDateString, toDayNumber, toWeekday } from './local-date.ts';

const someInstant = fc.integer({ min: at('1890-01-01T00:00Z'), max: at('2190-01-01T00:00Z') });

describe('printing instants', () => {
  it('prints UTC as Date does', () => {
    const printsAlike = (instant: number) => {
      expect(toIsoUtc(instant)).toBe(new Date(instant).toISOString());
    };
    fc.assert(fc.property(someInstant, printsAlike));
    fc.assert(fc.property(fc.date({ noInvalidDate: true }).map(Number), printsAlike));
  });

  it('prints an offset as Temporal does', () => {
    const modern = fc.integer({ min: at('1975-01-01T00:00Z'), max: at('2100-01-01T00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom('Europe/Rome', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia'), modern, (zone, instant) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        expect(toIsoOffset(instant, zone)).toBe(zoned.toString({ timeZoneName: 'never', fractionalSecondDigits: 3 }));
      }),
    );
  });

  it('prints Z for UTC and +00:00 for a zone that happens to be there', () => {
    expect(toIsoOffset(at('2050-09-05T07:00Z'), 'Europe/Rome')).toBe('2050-09-05T09:00:00.000+02:00');
    expect(toIsoOffset(at('2050-01-05T07:00Z'), 'UTC')).toBe('2050-01-05T07:00:00.000Z');
    expect(toIsoOffset(at('2050-01-05T07:00Z'), 'Europe/London')).toBe('2050-01-05T07:00:00.000+00:00');
  });

  it('groups by the date of the start, with the offset of each instant', () => {
    const slots = ['2030-11-03T05:30Z', '2030-11-03T06:30Z', '2030-11-04T05:30Z'].map((start) => ({ start: at(start), end: at(start) }));
    expect(groupByDate(slots, { timeZone: 'America/New_York', print: (start) => start })).toEqual({
      '2030-11-03': ['2030-11-03T01:30:00.000-04:00', '2030-11-03T01:30:00.000-05:00'],
      '2030-11-04': ['2030-11-04T00:30:00.000-05:00'],
    });
    expect(Object.keys(groupByDate(slots, { print: (start) => ({ start }) }))).toEqual(['2030-11-03', '2030-11-04']);
  });
});

describe('calendar dates', () => {
  it('go to day numbers and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -800_000, max: 2_900_000 }), (day) => {
        const { year, month, day: ofMonth } = toCivilDate(day);
        expect(toDayNumber(year, month, ofMonth)).toBe(day);
        const plain = Temporal.PlainDate.from({ year, month, day: ofMonth });
        expect(toWeekday(day)).toBe(plain.dayOfWeek);
        expect(toDateString(day)).toBe(plain.toString());
      }),
    );
  });

  it('are refused when there is no such date', () => {
    for (const date of ['2030-02-29', '2030-13-01', '2030-1-1', 'tomorrow']) expect(() => parseDate(date)).toThrow(`"${date}"`);
  });
});
