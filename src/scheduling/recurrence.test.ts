import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitSeries } from './admit-series.ts';
import { at, booking, event, facts, host, iso, schedule, WEEKDAYS, weekly } from './facts.fixture.ts';
import { toIsoOffset } from './iso.ts';
import { occurrenceStarts } from './recurrence.ts';

const weeklyIn = (timeZone: string, count: number) => ({ frequency: 'weekly', interval: 1, count, timeZone }) as const;

describe('a series', () => {
  it('keeps its time on the attendee’s clock when the clock changes', () => {
    const starts = occurrenceStarts(at('2030-03-28T08:00Z'), weeklyIn('Europe/Rome', 3));
    expect(starts.map((start) => toIsoOffset(start, 'Europe/Rome'))).toEqual([
      '2030-03-28T09:00:00.000+01:00',
      '2030-04-04T09:00:00.000+02:00',
      '2030-04-11T09:00:00.000+02:00',
    ]);
  });

  it('moves to the last day of months that are too short, and back', () => {
    const monthly = { frequency: 'monthly', interval: 1, count: 4, timeZone: 'UTC' } as const;
    expect(occurrenceStarts(at('2030-01-31T10:00Z'), monthly).map(iso)).toEqual([
      '2030-01-31T10:00:00.000Z',
      '2030-02-28T10:00:00.000Z',
      '2030-03-31T10:00:00.000Z',
      '2030-04-30T10:00:00.000Z',
    ]);
    const yearly = { frequency: 'yearly', interval: 2, count: 3, timeZone: 'UTC' } as const;
    expect(occurrenceStarts(at('2028-02-29T10:00Z'), yearly).map(iso)).toEqual([
      '2028-02-29T10:00:00.000Z',
      '2030-02-28T10:00:00.000Z',
      '2032-02-29T10:00:00.000Z',
    ]);
  });

  it('is an hour later where the clock skips its time, and first of two where it comes twice', () => {
    expect(occurrenceStarts(at('2030-03-03T07:30Z'), weeklyIn('America/New_York', 3)).map(iso)).toEqual([
      '2030-03-03T07:30:00.000Z',
      '2030-03-10T07:30:00.000Z',
      '2030-03-17T06:30:00.000Z',
    ]);
    expect(occurrenceStarts(at('2030-10-27T05:30Z'), weeklyIn('America/New_York', 2)).map(iso)).toEqual([
      '2030-10-27T05:30:00.000Z',
      '2030-11-03T05:30:00.000Z',
    ]);
    // The second pass of the doubled hour: the first occurrence is the instant that was asked for.
    expect(occurrenceStarts(at('2030-11-03T06:30Z'), weeklyIn('America/New_York', 1)).map(iso)).toEqual(['2030-11-03T06:30:00.000Z']);
  });

  it('shows the same wall time at every occurrence that the clock does not skip', () => {
    const someZone = fc.constantFrom('Europe/Rome', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Cairo', 'UTC');
    const someFrequency = fc.constantFrom('daily', 'weekly', 'monthly', 'yearly');
    fc.assert(
      fc.property(
        someZone,
        someFrequency,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 525_600 }),
        (timeZone, frequency, interval, minute) => {
          const start = at('2030-01-01T00:00Z') + minute * 60_000;
          const starts = occurrenceStarts(start, { frequency, interval, count: 20, timeZone });
          const clock = (instant: number) => toIsoOffset(instant, timeZone).slice(11, 16);
          expect(starts[0]).toBe(start);
          for (const [index, next] of starts.entries()) {
            if (index > 0) expect(next).toBeGreaterThan(starts[index - 1] ?? 0);
            const skipped = clock(next) !== clock(start);
            // Only times around a change may differ, and then by the size of the gap at most.
            if (skipped) expect(toIsoOffset(next - 2 * 3_600_000, timeZone).slice(23)).not.toBe(toIsoOffset(next, timeZone).slice(23));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('admitting a series', () => {
  const starts = ['2030-01-08T10:00Z', '2030-01-15T10:00Z', '2030-01-22T10:00Z'].map(at);
  const now = at('2030-01-07T08:00Z');

  it('takes all occurrences or names the first that is taken', () => {
    expect(admitSeries({ starts }, facts(), now)).toMatchObject({ ok: true, occurrences: [{ hostIds: [1] }, { ok: true }, { ok: true }] });
    const taken = facts({}, { bookings: [booking('2030-01-15T10:30Z', '2030-01-15T11:30Z', { uid: 'other' })] });
    expect(admitSeries({ starts }, taken, now)).toMatchObject({ ok: false, reason: 'busy', start: starts[1], conflictingUid: 'other' });
  });

  it('counts its own occurrences towards the limits', () => {
    expect(admitSeries({ starts }, facts({ countLimits: { month: 2 } }), now)).toMatchObject({ reason: 'count_limit', start: starts[2] });
  });

  it('names no booking when its occurrences are in each other’s way', () => {
    const close = [at('2030-01-08T10:00Z'), at('2030-01-08T10:30Z')];
    const answer = admitSeries({ starts: close }, facts(), now);
    expect(answer).toMatchObject({ ok: false, reason: 'busy' });
    expect(answer).not.toHaveProperty('conflictingUid');
  });

  it('gives a whole series to one of the hosts who take turns', () => {
    const turn = { priority: 2, assigned: 0, lastAssigned: 0 };
    const office = schedule('UTC', [weekly(WEEKDAYS, '09:00', '17:00')]);
    const ada = host({ hostId: 1, schedule: office, turn, bookings: [booking('2030-01-22T10:00Z', '2030-01-22T11:00Z')] });
    const bob = host({ hostId: 2, schedule: office, turn: { ...turn, assigned: 5 } });
    const team = { event: event(), hosts: [ada, bob] };
    expect(admitSeries({ starts }, team, now)).toMatchObject({ ok: true, occurrences: [{ organizerId: 2 }, { organizerId: 2 }, {}] });
    expect(admitSeries({ starts: starts.slice(0, 2) }, team, now)).toMatchObject({ occurrences: [{ organizerId: 1 }, { organizerId: 1 }] });
  });
});
