import { describe, expect, it } from 'vitest';
import { at, EVERY_DAY, iso, minutes, schedule, WEEKDAYS, weekly } from './facts.fixture.ts';
import { isClosedDate, openHours } from './hours.ts';
import { parseDate } from './local-date.ts';
import type { AbsenceFact, Schedule } from './model.ts';

function open(hours: Schedule, first: string, last: string, absences: readonly AbsenceFact[] = []): string[] {
  return openHours(hours, parseDate(first), parseDate(last), absences).ranges.map(({ start, end }) => `${iso(start)}/${iso(end)}`);
}

function override(date: string, start: string, end: string) {
  return { date, startMinute: minutes(start), endMinute: minutes(end) };
}

describe('open hours', () => {
  it('C34: follow the wall clock into standard time', () => {
    const hours = schedule('America/New_York', [weekly(WEEKDAYS, '09:00', '17:00')]);
    expect(open(hours, '2023-11-03', '2023-11-06')).toEqual([
      '2023-11-03T13:00:00.000Z/2023-11-03T21:00:00.000Z',
      '2023-11-06T14:00:00.000Z/2023-11-06T22:00:00.000Z',
    ]);
  });

  it('C35: are replaced by an override on its date', () => {
    const hours = schedule('America/New_York', [weekly(WEEKDAYS, '08:00', '17:00')], [override('2023-06-13', '10:00', '15:00')]);
    expect(open(hours, '2023-06-13', '2023-06-14')).toEqual([
      '2023-06-13T14:00:00.000Z/2023-06-13T19:00:00.000Z',
      '2023-06-14T12:00:00.000Z/2023-06-14T21:00:00.000Z',
    ]);
  });

  it('C36: are none on a date closed by an override', () => {
    const hours = schedule('Europe/London', [weekly(WEEKDAYS, '08:00', '17:00')], [override('2023-06-13', '00:00', '00:00')]);
    expect(open(hours, '2023-06-13', '2023-06-14')).toEqual(['2023-06-14T07:00:00.000Z/2023-06-14T16:00:00.000Z']);
    expect(isClosedDate(hours, [], parseDate('2023-06-13'))).toBe(true);
    expect(isClosedDate(hours, [], parseDate('2023-06-14'))).toBe(false);
  });

  it('C37: are not clipped to what is asked for', () => {
    const hours = schedule('Europe/London', [], [override('2023-06-13', '09:00', '14:00')]);
    expect(open(hours, '2023-06-13', '2023-06-13')).toEqual(['2023-06-13T08:00:00.000Z/2023-06-13T13:00:00.000Z']);
  });

  it('C39: are none on a date the host is away', () => {
    const hours = schedule('Europe/London', [weekly(WEEKDAYS, '08:00', '17:00')]);
    expect(open(hours, '2023-06-13', '2023-06-14', [{ from: '2023-06-13', to: '2023-06-13' }])).toEqual([
      '2023-06-14T07:00:00.000Z/2023-06-14T16:00:00.000Z',
    ]);
  });

  it('C40: merge over midnight, and 23:59 means 24:00', () => {
    const hours = schedule('Europe/London', [weekly(WEEKDAYS, '23:00', '23:59'), weekly([2, 3, 4, 5, 6], '00:00', '00:30')]);
    expect(open(hours, '2023-06-13', '2023-06-15').slice(1, 3)).toEqual([
      '2023-06-13T22:00:00.000Z/2023-06-13T23:30:00.000Z',
      '2023-06-14T22:00:00.000Z/2023-06-14T23:30:00.000Z',
    ]);
  });

  it('C42: that overlap count once', () => {
    const hours = schedule('UTC', [weekly([1], '06:00', '10:00'), weekly([1], '08:00', '10:00')]);
    expect(open(hours, '2023-06-12', '2023-06-12')).toEqual(['2023-06-12T06:00:00.000Z/2023-06-12T10:00:00.000Z']);
  });

  it('C43: are none when the end is before the start', () => {
    expect(open(schedule('UTC', [weekly([1], '10:00', '06:00')]), '2023-06-12', '2023-06-12')).toEqual([]);
  });

  it('add up when a date has several overrides', () => {
    const overrides = [override('2023-06-12', '14:00', '15:00'), override('2023-06-12', '09:00', '10:00')];
    expect(open(schedule('UTC', [], overrides), '2023-06-12', '2023-06-12')).toEqual([
      '2023-06-12T09:00:00.000Z/2023-06-12T10:00:00.000Z',
      '2023-06-12T14:00:00.000Z/2023-06-12T15:00:00.000Z',
    ]);
  });

  it('are one range when open around the clock, and know where each day begins', () => {
    const hours = openHours(
      schedule('America/New_York', [weekly(EVERY_DAY, '00:00', '23:59')]),
      parseDate('2030-03-09'),
      parseDate('2030-03-11'),
    );
    expect(hours.ranges).toEqual([{ start: at('2030-03-09T00:00-05:00'), end: at('2030-03-12T00:00-04:00') }]);
    expect(hours.dayStarts).toEqual([at('2030-03-10T00:00-05:00'), at('2030-03-11T00:00-04:00')]);
  });

  it('refuse a date that is none', () => {
    expect(() => open(schedule('UTC', [], [override('2023-02-30', '09:00', '10:00')]), '2023-02-01', '2023-02-02')).toThrow('"2023-02-30"');
  });
});
