import { describe, expect, it } from 'vitest';
import { admit } from './admit.ts';
import { nearestFreeStarts } from './alternatives.ts';
import { at, booking, facts, iso, schedule, WEEKDAYS, weekly } from './facts.fixture.ts';
import type { EventRules, HostFacts } from './model.ts';

/** A Monday. */
const NOW = at('2030-01-07T08:00Z');

function ask(start: string, rules: Partial<EventRules> = {}, host: Partial<HostFacts> = {}) {
  return admit({ start: at(start) }, facts(rules, host), NOW);
}

describe('admitting a booking', () => {
  it('takes a free time off the slot grid', () => {
    expect(ask('2030-01-08T10:07Z')).toEqual({ ok: true, hostIds: [1], organizerId: 1 });
  });

  it('refuses the past, this very moment, and a start inside the notice', () => {
    expect(ask('2030-01-07T07:59Z')).toMatchObject({ reason: 'past' });
    expect(ask('2030-01-07T08:00Z')).toMatchObject({ reason: 'notice' });
    expect(ask('2030-01-07T09:59Z', { minimumNoticeMinutes: 120 })).toMatchObject({ reason: 'notice' });
    expect(ask('2030-01-07T10:00Z', { minimumNoticeMinutes: 120 })).toMatchObject({ ok: true });
  });

  it('refuses a date outside the window', () => {
    expect(ask('2030-01-10T10:00Z', { window: { type: 'calendar-days', days: 2, rolling: false } })).toMatchObject({ reason: 'window' });
    expect(ask('2030-01-10T10:00Z', { window: { type: 'range', from: '2030-01-11', to: '2030-01-12' } })).toMatchObject({
      reason: 'window',
    });
  });

  it('refuses what does not end inside the hours', () => {
    expect(ask('2030-01-08T16:30Z')).toMatchObject({ reason: 'outside_hours' });
    expect(ask('2030-01-12T10:00Z')).toMatchObject({ reason: 'outside_hours' });
    expect(ask('2030-01-08T16:00Z')).toMatchObject({ ok: true });
  });

  it('tells a closed date from the hours', () => {
    const closed = schedule('UTC', [weekly(WEEKDAYS, '09:00', '17:00')], [{ date: '2030-01-08', startMinute: 0, endMinute: 0 }]);
    expect(ask('2030-01-08T10:00Z', {}, { schedule: closed })).toMatchObject({ reason: 'closed_date' });
    expect(ask('2030-01-08T10:00Z', {}, { absences: [{ from: '2030-01-07', to: '2030-01-09' }] })).toMatchObject({ reason: 'closed_date' });
  });

  it('names the booking in the way, and whether it is its buffer', () => {
    const bookings = [booking('2030-01-08T12:00Z', '2030-01-08T13:00Z', { uid: 'lunch', afterBufferMinutes: 30 })];
    expect(ask('2030-01-08T12:30Z', {}, { bookings })).toMatchObject({ reason: 'busy', conflictingUid: 'lunch' });
    expect(ask('2030-01-08T13:15Z', {}, { bookings })).toMatchObject({ reason: 'buffer', conflictingUid: 'lunch' });
    expect(ask('2030-01-08T13:30Z', {}, { bookings })).toMatchObject({ ok: true });
    expect(ask('2030-01-08T11:00Z', {}, { bookings })).toMatchObject({ ok: true });
  });

  it('names the earliest of several, whatever their order', () => {
    const bookings = ['12:30', '12:00', '12:15'].map((time) => booking(`2030-01-08T${time}Z`, '2030-01-08T13:00Z', { uid: time }));
    expect(ask('2030-01-08T12:00Z', {}, { bookings })).toMatchObject({ conflictingUid: '12:00' });
    expect(ask('2030-01-08T12:00Z', {}, { bookings: bookings.toReversed() })).toMatchObject({ conflictingUid: '12:00' });
  });

  it('refuses outside busy time and names no booking', () => {
    const busy = [{ start: at('2030-01-08T12:00Z'), end: at('2030-01-08T13:00Z'), source: 'feed' }];
    const refusal = ask('2030-01-08T12:30Z', {}, { busy });
    expect(refusal).toMatchObject({ reason: 'busy' });
    expect(refusal).not.toHaveProperty('conflictingUid');
    expect(ask('2030-01-08T13:00Z', { beforeBufferMinutes: 5 }, { busy })).toMatchObject({ reason: 'buffer' });
  });

  it('ignores reservations, which only hide', () => {
    const reservations = [{ uid: 'r', eventTypeId: 1, start: at('2030-01-08T12:00Z'), end: at('2030-01-08T13:00Z') }];
    expect(ask('2030-01-08T12:00Z', {}, { reservations })).toMatchObject({ ok: true });
  });

  it('joins a seated booking of exactly the same time, and refuses when it is full', () => {
    const shared = booking('2030-01-08T12:00Z', '2030-01-08T13:00Z', { uid: 'shared', seats: { taken: 1, total: 2 } });
    const full = { ...shared, seats: { taken: 2, total: 2 } };
    expect(ask('2030-01-08T12:00Z', { seatsPerSlot: 2 }, { bookings: [shared] })).toEqual({
      ok: true,
      hostIds: [1],
      organizerId: 1,
      joinsUid: 'shared',
    });
    expect(ask('2030-01-08T12:00Z', { seatsPerSlot: 2 }, { bookings: [full] })).toMatchObject({ reason: 'seats_full' });
    expect(ask('2030-01-08T12:30Z', { seatsPerSlot: 2 }, { bookings: [shared] })).toMatchObject({
      reason: 'busy',
      conflictingUid: 'shared',
    });
  });

  it('refuses a length that is none', () => {
    expect(() => admit({ start: NOW, durationMinutes: 0 }, facts(), NOW)).toThrow('"0" minutes');
  });
});

describe('limits', () => {
  const two = [booking('2030-01-08T09:00Z', '2030-01-08T10:00Z'), booking('2030-01-08T12:00Z', '2030-01-08T13:00Z')];

  it('count accepted bookings of the event type in each period', () => {
    for (const period of ['day', 'week', 'month', 'year'] as const) {
      expect(ask('2030-01-08T15:00Z', { countLimits: { [period]: 2 } }, { bookings: two }), period).toMatchObject({
        reason: 'count_limit',
      });
      expect(ask('2030-01-08T15:00Z', { countLimits: { [period]: 3 } }, { bookings: two }), period).toMatchObject({ ok: true });
    }
    const others = two.map((fact) => ({ ...fact, eventTypeId: 2 }));
    const cancelled = two.map((fact) => ({ ...fact, status: 'cancelled' as const }));
    expect(ask('2030-01-08T15:00Z', { countLimits: { day: 2 } }, { bookings: others })).toMatchObject({ ok: true });
    expect(ask('2030-01-08T15:00Z', { countLimits: { day: 2 } }, { bookings: cancelled })).toMatchObject({ ok: true });
  });

  it('end with their period', () => {
    expect(ask('2030-01-09T09:00Z', { countLimits: { day: 2 } }, { bookings: two })).toMatchObject({ ok: true });
    expect(ask('2030-01-11T09:00Z', { countLimits: { week: 2 } }, { bookings: two })).toMatchObject({ reason: 'count_limit' });
    expect(ask('2030-01-14T09:00Z', { countLimits: { week: 2 } }, { bookings: two })).toMatchObject({ ok: true });
    expect(ask('2030-02-01T09:00Z', { countLimits: { month: 2 } }, { bookings: two })).toMatchObject({ ok: true });
    expect(ask('2031-01-01T09:00Z', { countLimits: { year: 2 } }, { bookings: two })).toMatchObject({ ok: true });
  });

  it('begin weeks on the weekday the event says', () => {
    const everyDay = schedule('UTC', [weekly([1, 2, 3, 4, 5, 6, 7], '09:00', '17:00')]);
    const saturday = [booking('2030-01-12T09:00Z', '2030-01-12T10:00Z')];
    const sunday = '2030-01-13T09:00Z';
    expect(ask(sunday, { countLimits: { week: 1 }, weekStart: 7 }, { schedule: everyDay, bookings: saturday })).toMatchObject({ ok: true });
    expect(ask(sunday, { countLimits: { week: 1 }, weekStart: 1 }, { schedule: everyDay, bookings: saturday })).toMatchObject({
      reason: 'count_limit',
    });
  });

  it('add up minutes with the length asked for', () => {
    const limits = { durationLimitsMinutes: { day: 150 } };
    expect(ask('2030-01-08T15:00Z', limits, { bookings: two })).toMatchObject({ reason: 'duration_limit' });
    expect(ask('2030-01-08T15:00Z', { ...limits, lengthMinutes: 30 }, { bookings: two })).toMatchObject({ ok: true });
    expect(ask('2030-01-09T15:00Z', { durationLimitsMinutes: { day: 45 } })).toMatchObject({ reason: 'duration_limit' });
  });

  it('are those of the schedule’s zone', () => {
    const auckland = schedule('Pacific/Auckland', [weekly([1, 2, 3, 4, 5, 6, 7], '00:00', '23:59')]);
    const bookings = [booking('2030-01-08T10:00Z', '2030-01-08T10:30Z')];
    const limited = { countLimits: { day: 1 } };
    expect(ask('2030-01-08T11:00Z', limited, { schedule: auckland, bookings })).toMatchObject({ ok: true });
    expect(ask('2030-01-08T09:00Z', limited, { schedule: auckland, bookings })).toMatchObject({ reason: 'count_limit' });
  });

  it('leave out the booking that is being moved', () => {
    const request = { start: at('2030-01-08T15:00Z'), excludeBookingUid: two[0]?.uid };
    expect(admit(request, facts({ countLimits: { day: 2 } }, { bookings: two }), NOW)).toMatchObject({ ok: true });
  });
});

describe('alternatives', () => {
  it('are the nearest listed starts, nearest first', () => {
    const bookings = [booking('2030-01-08T12:00Z', '2030-01-08T13:00Z')];
    const starts = nearestFreeStarts({ start: at('2030-01-08T12:00Z') }, facts({}, { bookings }), NOW);
    expect(starts.map(iso).map((text) => text.slice(8, 16))).toEqual(['08T11:00', '08T13:00', '08T10:00', '08T14:00', '08T09:00']);
  });

  it('are looked for up to two weeks away', () => {
    const busy = [{ start: NOW, end: at('2030-01-17T00:00Z'), source: 'feed' }];
    const [first] = nearestFreeStarts({ start: at('2030-01-08T12:00Z') }, facts({}, { busy }), NOW);
    expect(iso(first ?? 0)).toBe('2030-01-17T09:00:00.000Z');
  });

  it('are none when nothing is open', () => {
    expect(nearestFreeStarts({ start: at('2030-01-08T12:00Z') }, facts({}, { schedule: schedule('UTC', []) }), NOW)).toEqual([]);
  });
});
