import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from './admit.ts';
import { bookingBlock } from './busy.ts';
import { type Scene, someScene } from './facts.arbitrary.ts';
import { iso } from './facts.fixture.ts';
import { factsInterval } from './facts-interval.ts';
import { gridStarts } from './grid.ts';
import { openHours } from './hours.ts';
import { PERIODS, periodOf } from './limits.ts';
import type { BookingFact, EventRules, HostFacts, SchedulingFacts } from './model.ts';
import { earliestStart, listSlots } from './slots.ts';
import { zoneOf } from './zone.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

function list({ facts, now, day, bookerZone }: Scene, excludeBookingUid?: string) {
  return listSlots({ start: day, end: day + 2 * DAY, timeZone: bookerZone, excludeBookingUid }, facts, now);
}

function hostOf({ hosts }: SchedulingFacts): HostFacts {
  const [host] = hosts;
  if (host === undefined) throw new Error('The scene has no host.');
  return host;
}

function withHost(facts: SchedulingFacts, change: Partial<HostFacts>): SchedulingFacts {
  return { ...facts, hosts: [{ ...hostOf(facts), ...change }] };
}

function bookingOf({ event }: SchedulingFacts, start: number, uid: string): BookingFact {
  const { eventTypeId, lengthMinutes, beforeBufferMinutes, afterBufferMinutes } = event;
  const end = start + lengthMinutes * MINUTE;
  return { uid, eventTypeId, status: 'accepted', start, end, beforeBufferMinutes, afterBufferMinutes };
}

describe('the engine', () => {
  it('admits every slot it lists', () => {
    fc.assert(
      fc.property(someScene, (scene) => {
        for (const { start } of list(scene)) {
          expect([iso(start), admit({ start, timeZone: scene.bookerZone }, scene.facts, scene.now)]).toMatchObject([
            iso(start),
            { ok: true },
          ]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lists every start on the grid that it admits', () => {
    fc.assert(
      fc.property(someScene, (scene) => {
        const facts = withHost(scene.facts, { reservations: [] });
        expect(list({ ...scene, facts }).map(({ start }) => iso(start))).toEqual(admittedOnGrid({ ...scene, facts }).map(iso));
      }),
      { numRuns: 60 },
    );
  });

  it('lists a booked slot no more, and again when the booking is cancelled', () => {
    fc.assert(
      fc.property(someScene, fc.nat(), (scene, choice) => {
        const slots = list(scene);
        fc.pre(slots.length > 0);
        const chosen = slots[choice % slots.length];
        if (chosen === undefined) return;
        const made = bookingOf(scene.facts, chosen.start, 'made');
        const { bookings } = hostOf(scene.facts);
        const after = { ...scene, facts: withHost(scene.facts, { bookings: [...bookings, made] }) };
        expect(list(after).some(({ start, end }) => start < made.end && made.start < end)).toBe(false);
        expect(admit({ start: made.start, timeZone: scene.bookerZone }, after.facts, scene.now)).toMatchObject({ ok: false });
        // Moving it frees its own time.
        expect(list(after, 'made')).toEqual(slots);
        const cancelled = withHost(scene.facts, { bookings: [...bookings, { ...made, status: 'cancelled' }] });
        expect(list({ ...scene, facts: cancelled })).toEqual(slots);
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order of its input', () => {
    fc.assert(
      fc.property(someScene, fc.nat(), (scene, minute) => {
        const { schedule, bookings, busy, reservations } = hostOf(scene.facts);
        const reversed = withHost(scene.facts, {
          schedule: { ...schedule, hours: schedule.hours.toReversed(), overrides: schedule.overrides.toReversed() },
          bookings: bookings.toReversed(),
          busy: busy.toReversed(),
          reservations: reservations.toReversed(),
        });
        expect(list({ ...scene, facts: reversed })).toEqual(list(scene));
        const request = { start: scene.day + (minute % 2880) * MINUTE, timeZone: scene.bookerZone };
        expect(admit(request, reversed, scene.now)).toEqual(admit(request, scene.facts, scene.now));
      }),
      { numRuns: 200 },
    );
  });

  it('lists the same slots whatever part of time it is asked for', () => {
    fc.assert(
      fc.property(someScene, fc.nat(4320), fc.nat(1440), (scene, from, length) => {
        const { facts, now, bookerZone: timeZone } = scene;
        const start = scene.day - DAY + from * MINUTE;
        const end = start + length * MINUTE;
        const wide = listSlots({ start: scene.day - DAY, end: scene.day + 3 * DAY, timeZone }, facts, now);
        const part = listSlots({ start, end, timeZone }, facts, now);
        expect(part).toEqual(wide.filter((slot) => slot.start >= start && slot.start < end));
      }),
      { numRuns: 300 },
    );
  });

  it('needs no facts outside the interval it names', () => {
    const someDistance = fc.constantFrom(-400, -200, -40, -9, -6, 6, 9, 40, 200, 400);
    fc.assert(
      fc.property(someScene, fc.array(fc.tuple(someDistance, fc.nat(1440)), { maxLength: 6 }), (scene, far) => {
        const { facts, now, day } = scene;
        const distant = far.map(([days, minute], index) => bookingOf(facts, day + days * DAY + minute * MINUTE, `far-${index}`));
        const bookings = [...hostOf(facts).bookings, ...distant];
        const needed = factsInterval({ start: day, end: day + 2 * DAY }, facts.event, now);
        const near = bookings.filter(({ start, end }) => start < needed.end && needed.start < end);
        expect(list({ ...scene, facts: withHost(facts, { bookings: near }) })).toEqual(
          list({ ...scene, facts: withHost(facts, { bookings }) }),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('never accepts overlapping bookings, eats into buffers or exceeds limits', () => {
    fc.assert(
      fc.property(someScene, fc.array(fc.nat(2 * 1440), { minLength: 30, maxLength: 60 }), (scene, wishes) => {
        let facts = withHost(scene.facts, { bookings: [] });
        for (const [index, wish] of wishes.entries()) {
          const start = scene.day + wish * MINUTE;
          if (!admit({ start, timeZone: scene.bookerZone }, facts, scene.now).ok) continue;
          facts = withHost(facts, { bookings: [...hostOf(facts).bookings, bookingOf(facts, start, `wish-${index}`)] });
        }
        const { bookings, schedule } = hostOf(facts);
        for (const one of bookings) {
          for (const other of bookings) {
            const block = bookingBlock(other, facts.event);
            if (one !== other) expect(one.start < block.end && block.start < one.end).toBe(false);
          }
        }
        expectWithinLimits(bookings, facts.event, schedule.timeZone);
      }),
      { numRuns: 150 },
    );
  });

  it('counts a seat as no new booking: those who join fill it up and then it is gone', () => {
    fc.assert(
      fc.property(someScene, fc.nat(), (scene, choice) => {
        // Without a window: a new booking may give an earlier date its first slot, and a rolling window then ends sooner.
        const { window: _, ...event } = scene.facts.event;
        let facts = withHost({ ...scene.facts, event: { ...event, seatsPerSlot: 3 } }, { reservations: [] });
        const first = list({ ...scene, facts });
        fc.pre(first.length > 0);
        const chosen = first[choice % first.length];
        if (chosen === undefined) return;
        const { bookings } = hostOf(facts);
        for (const taken of [1, 2, 3]) {
          const booking = { ...bookingOf(facts, chosen.start, 'shared'), seats: { taken, total: 3 } };
          facts = withHost(facts, { bookings: [...bookings, booking] });
          const again = list({ ...scene, facts });
          const offered = again.find(({ start }) => start === chosen.start);
          expect(offered?.seats?.remaining).toBe(taken === 3 ? undefined : 3 - taken);
          expect(
            again.some(({ start }) => start !== chosen.start && Math.abs(start - chosen.start) < facts.event.lengthMinutes * MINUTE),
          ).toBe(false);
          const answer = admit({ start: chosen.start, timeZone: scene.bookerZone }, facts, scene.now);
          expect(answer).toMatchObject(taken === 3 ? { ok: false } : { ok: true, joinsUid: 'shared' });
        }
      }),
      { numRuns: 150 },
    );
  });
});

/**
 * The slots as they must be, found from `admit` alone: the runs of admitted minutes are the free ranges, and the grid is laid over them. A
 * window hides starts but moves no grid, so the ranges are found without it.
 */
function admittedOnGrid({ facts, now, day, bookerZone: timeZone }: Scene): number[] {
  const { window: _, ...open } = facts.event;
  const unbounded = { ...facts, event: open };
  const lengthMs = facts.event.lengthMinutes * MINUTE;
  const ranges: { start: number; end: number }[] = [];
  for (let start = day - 2 * DAY; start < day + 4 * DAY; start += MINUTE) {
    if (!admit({ start, timeZone }, unbounded, now).ok) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.end === start + lengthMs - MINUTE) last.end = start + lengthMs;
    else ranges.push({ start, end: start + lengthMs });
  }
  const { schedule } = hostOf(facts);
  const zone = zoneOf(schedule.timeZone);
  const starts = gridStarts(ranges, {
    lengthMinutes: facts.event.lengthMinutes,
    frequencyMinutes: facts.event.slotIntervalMinutes ?? facts.event.lengthMinutes,
    offsetMinutes: facts.event.offsetStartMinutes,
    optimized: facts.event.optimizedSlots,
    zone: zoneOf(timeZone),
    earliest: earliestStart(facts.event, now),
    restarts: openHours(schedule, zone.dayAt(day - 3 * DAY), zone.dayAt(day + 5 * DAY)).dayStarts,
    endToleranceMs: 0,
    within: { start: day, end: day + 2 * DAY },
  });
  return starts.filter((start) => admit({ start, timeZone }, facts, now).ok);
}

function expectWithinLimits(bookings: readonly BookingFact[], event: EventRules, timeZone: string): void {
  const zone = zoneOf(timeZone);
  for (const period of PERIODS) {
    const booked = new Map<number, { count: number; minutes: number }>();
    for (const { start, end } of bookings) {
      const first = periodOf(period, zone.dayAt(start), event.weekStart).first;
      if (first !== periodOf(period, zone.dayAt(end - 1), event.weekStart).first) continue;
      const { count, minutes } = booked.get(first) ?? { count: 0, minutes: 0 };
      booked.set(first, { count: count + 1, minutes: minutes + (end - start) / MINUTE });
    }
    for (const { count, minutes } of booked.values()) {
      expect(count).toBeLessThanOrEqual(event.countLimits?.[period] ?? Number.POSITIVE_INFINITY);
      expect(minutes).toBeLessThanOrEqual(event.durationLimitsMinutes?.[period] ?? Number.POSITIVE_INFINITY);
    }
  }
}
