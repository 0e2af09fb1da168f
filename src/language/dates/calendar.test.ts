import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addBusinessDays, addMonths, easterOf, formatDay, formatLocal, fromDay, startOfIsoWeek, toDay, weekdayOf } from './calendar.ts';

const days = fc.integer({ min: -200_000, max: 200_000 });
const epoch = Temporal.PlainDate.from('1970-01-01');

describe('the calendar in whole numbers', () => {
  it('agrees with Temporal on every day, weekday and month', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -500, max: 500 }), (day, months) => {
        const date = epoch.add({ days: day });
        expect(fromDay(day)).toEqual({ year: date.year, month: date.month, day: date.day });
        expect(toDay(date.year, date.month, date.day)).toBe(day);
        expect(weekdayOf(day)).toBe(date.dayOfWeek);
        expect(formatDay(addMonths(day, months))).toBe(date.add({ months }).toString());
      }),
    );
  });

  it('knows Easter', () => {
    expect([2018, 2019, 2024, 2025, 2030, 2038].map((year) => formatDay(easterOf(year)))).toEqual([
      '2018-04-01',
      '2019-04-21',
      '2024-03-31',
      '2025-04-20',
      '2030-04-21',
      '2038-04-25',
    ]);
  });

  it('starts the first ISO week on the Monday of January 4th', () => {
    expect(formatDay(startOfIsoWeek(2030, 1))).toBe('2029-12-31');
    expect(formatDay(startOfIsoWeek(2027, 1))).toBe('2027-01-04');
  });

  it('leaves weekends out of business days', () => {
    const friday = toDay(2030, 1, 11);
    expect(formatDay(addBusinessDays(friday, 1))).toBe('2030-01-14');
    expect(formatDay(addBusinessDays(friday + 1, 1))).toBe('2030-01-14');
    expect(formatDay(addBusinessDays(friday + 3, -1))).toBe('2030-01-11');
  });

  it('writes seconds only where there are any', () => {
    expect(formatLocal(toDay(2030, 1, 8) * 86_400 + 50_400)).toBe('2030-01-08T14:00');
    expect(formatLocal(toDay(2030, 1, 8) * 86_400 + 86_399)).toBe('2030-01-08T23:59:59');
  });
});
