import { describe, expect, it } from 'vitest';
import { admit } from './admit.ts';
import { at, booking, EVERY_DAY, facts, schedule, WEEKDAYS, weekly } from './facts.fixture.ts';
import { groupByDate } from './iso.ts';
import { parseDate, toDateString } from './local-date.ts';
import type { BookingWindow, HostFacts } from './model.ts';
import { listSlots } from './slots.ts';
import { addBusinessDays } from './window.ts';

/** A Friday. */
const NOW = at('2030-01-04T08:00Z');
const MORNINGS = schedule('UTC', [weekly(EVERY_DAY, '09:00', '10:00')]);

function dates(window: BookingWindow, hostFacts: Partial<HostFacts> = {}, timeZone = 'UTC'): string[] {
  const query = { start: NOW, end: at('2030-02-04T00:00Z'), timeZone };
  const known = facts({ window }, { schedule: MORNINGS, ...hostFacts });
  const slots = listSlots(query, known, NOW);
  for (const { start } of slots) expect(admit({ start, timeZone }, known, NOW)).toMatchObject({ ok: true });
  return Object.keys(groupByDate(slots, { timeZone, print: () => 1 })).map((date) => date.slice(5));
}

describe('booking windows', () => {
  it('of N calendar days include today and N more dates', () => {
    expect(dates({ type: 'calendar-days', days: 2, rolling: false })).toEqual(['01-04', '01-05', '01-06']);
  });

  it('of N business days keep the weekend between', () => {
    expect(dates({ type: 'business-days', days: 2, rolling: false })).toEqual(['01-04', '01-05', '01-06', '01-07', '01-08']);
  });

  it('of a range include both dates', () => {
    expect(dates({ type: 'range', from: '2030-01-10', to: '2030-01-11' })).toEqual(['01-10', '01-11']);
  });

  it("of a range are the host's dates", () => {
    const auckland = schedule('Pacific/Auckland', [weekly(EVERY_DAY, '00:00', '23:59')]);
    const query = { start: NOW, end: at('2030-02-01T00:00Z') };
    const slots = listSlots(query, facts({ window: { type: 'range', from: '2030-01-10', to: '2030-01-10' } }, { schedule: auckland }), NOW);
    expect(slots.at(0)?.start).toBe(at('2030-01-10T00:00+13:00'));
    expect(slots.at(-1)?.start).toBe(at('2030-01-10T23:00+13:00'));
  });

  it("count from the booker's today", () => {
    expect(dates({ type: 'calendar-days', days: 0, rolling: false }, {}, 'Pacific/Honolulu')).toEqual(['01-03']);
  });

  it('that roll keep the first N dates with a free slot', () => {
    const weekdays = { schedule: schedule('UTC', [weekly(WEEKDAYS, '09:00', '10:00')]) };
    expect(dates({ type: 'calendar-days', days: 3, rolling: true }, weekdays)).toEqual(['01-04', '01-07', '01-08']);
    const full = { ...weekdays, bookings: [booking('2030-01-07T09:00Z', '2030-01-07T10:00Z')] };
    expect(dates({ type: 'calendar-days', days: 3, rolling: true }, full)).toEqual(['01-04', '01-08', '01-09']);
  });

  it('that roll over business days do not count weekends', () => {
    expect(dates({ type: 'business-days', days: 2, rolling: true })).toEqual(['01-04', '01-05', '01-06', '01-07']);
  });

  it('that roll are kept by a booking too', () => {
    const known = facts({ window: { type: 'calendar-days', days: 2, rolling: true } }, { schedule: MORNINGS });
    expect(admit({ start: at('2030-01-05T09:00Z') }, known, NOW)).toMatchObject({ ok: true });
    expect(admit({ start: at('2030-01-06T09:00Z') }, known, NOW)).toMatchObject({ ok: false, reason: 'window' });
  });

  it('reach from Friday over two business days to Tuesday', () => {
    expect(toDateString(addBusinessDays(parseDate('2030-01-04'), 2))).toBe('2030-01-08');
    expect(toDateString(addBusinessDays(parseDate('2030-01-05'), 1))).toBe('2030-01-07');
  });
});
