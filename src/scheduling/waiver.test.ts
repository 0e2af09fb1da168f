import { describe, expect, it } from 'vitest';
import { admit } from './admit.ts';
import { at, booking, facts } from './facts.fixture.ts';
import { listSlots } from './slots.ts';
import { type Waiver, waive } from './waiver.ts';

/** A Monday. */
const NOW = at('2030-01-07T08:00Z');

function ask(start: string, waiver: Waiver, given: ReturnType<typeof facts>) {
  return admit({ start: at(start) }, waive(given, waiver), NOW);
}

describe('waiving rules for one booking', () => {
  it('waives notice and window, never the past', () => {
    const given = facts({ minimumNoticeMinutes: 600, window: { type: 'calendar-days', days: 1, rolling: false } });
    expect(ask('2030-01-07T09:00Z', { bounds: true }, given)).toMatchObject({ ok: true });
    expect(ask('2030-01-29T09:00Z', { bounds: true }, given)).toMatchObject({ ok: true });
    expect(ask('2030-01-29T20:00Z', { bounds: true }, given)).toMatchObject({ reason: 'outside_hours' });
    expect(ask('2030-01-06T09:00Z', { bounds: true, hours: true }, given)).toMatchObject({ reason: 'past' });
  });

  it('waives hours, days off and absences, not other meetings', () => {
    const given = facts(
      {},
      { absences: [{ from: '2030-01-08', to: '2030-01-09' }], bookings: [booking('2030-01-08T20:00Z', '2030-01-08T21:00Z')] },
    );
    expect(ask('2030-01-08T02:00Z', { hours: true }, given)).toMatchObject({ ok: true });
    expect(ask('2030-01-12T23:30Z', { hours: true }, given)).toMatchObject({ ok: true });
    expect(ask('2030-01-08T20:30Z', { hours: true }, given)).toMatchObject({ reason: 'busy' });
  });

  it('waives conflicts and still counts them for limits', () => {
    const bookings = [booking('2030-01-08T10:00Z', '2030-01-08T11:00Z')];
    const busy = [{ start: at('2030-01-08T12:00Z'), end: at('2030-01-08T13:00Z'), source: 'feed' }];
    expect(ask('2030-01-08T10:30Z', { conflicts: true }, facts({ beforeBufferMinutes: 15 }, { bookings, busy }))).toMatchObject({
      ok: true,
    });
    expect(ask('2030-01-08T12:30Z', { conflicts: true }, facts({}, { bookings, busy }))).toMatchObject({ ok: true });
    const limited = facts({ countLimits: { day: 1 } }, { bookings });
    expect(ask('2030-01-08T10:30Z', { conflicts: true }, limited)).toMatchObject({ reason: 'count_limit' });
  });

  it('gives no seat away twice', () => {
    const full = booking('2030-01-08T10:00Z', '2030-01-08T11:00Z', { seats: { taken: 2, total: 2 } });
    expect(ask('2030-01-08T10:00Z', { conflicts: true }, facts({ seatsPerSlot: 2 }, { bookings: [full] }))).toMatchObject({
      reason: 'seats_full',
    });
  });

  it('changes nothing when nothing is waived', () => {
    const given = facts({ minimumNoticeMinutes: 60 }, { bookings: [booking('2030-01-08T10:00Z', '2030-01-08T11:00Z')] });
    const query = { start: NOW, end: at('2030-01-10T00:00Z') };
    expect(listSlots(query, waive(given, {}), NOW)).toEqual(listSlots(query, given, NOW));
  });
});
