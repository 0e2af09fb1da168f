import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from './admit.ts';
import { bookingBlock } from './busy.ts';
import { type Scene, someTeamScene } from './facts.arbitrary.ts';
import { at, EVERY_DAY, event, host, iso, schedule, weekly } from './facts.fixture.ts';
import { turnGridStarts } from './grid.ts';
import { PERIODS, periodOf } from './limits.ts';
import type { Admittance, BookingFact, HostFacts, SchedulingFacts } from './model.ts';
import { earliestStart, listSlots, scheduleZoneOf } from './slots.ts';
import { toParties } from './turns.ts';
import { zoneOf } from './zone.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const hasTurns = ({ facts }: Scene) => toParties(facts.hosts).length > 1;

function list({ facts, now, day, bookerZone }: Scene) {
  return listSlots({ start: day, end: day + 2 * DAY, timeZone: bookerZone }, facts, now);
}

function bookFor({ event: rules, hosts }: SchedulingFacts, admittance: Admittance, start: number, uid: string): SchedulingFacts {
  const { eventTypeId, lengthMinutes, beforeBufferMinutes, afterBufferMinutes, seatsPerSlot } = rules;
  const made: BookingFact = {
    uid,
    eventTypeId,
    status: 'accepted',
    start,
    end: start + lengthMinutes * MINUTE,
    beforeBufferMinutes,
    afterBufferMinutes,
    ...(seatsPerSlot === undefined ? {} : { seats: { taken: 1, total: seatsPerSlot } }),
  };
  return { event: rules, hosts: hosts.map((one) => (admittance.hostIds.includes(one.hostId) ? takeTurn(hosts, one, made) : one)) };
}

function takeTurn(hosts: readonly HostFacts[], one: HostFacts, made: BookingFact): HostFacts {
  const bookings = [...one.bookings, made];
  if (one.turn === undefined) return { ...one, bookings };
  const latest = Math.max(...hosts.map(({ turn }) => turn?.lastAssigned ?? 0));
  return { ...one, bookings, turn: { ...one.turn, assigned: one.turn.assigned + 1, lastAssigned: latest + 1 } };
}

function join(facts: SchedulingFacts, uid: string): SchedulingFacts {
  return {
    ...facts,
    hosts: facts.hosts.map((one) => ({
      ...one,
      bookings: one.bookings.map((booking) =>
        booking.uid === uid && booking.seats !== undefined
          ? { ...booking, seats: { ...booking.seats, taken: booking.seats.taken + 1 } }
          : booking,
      ),
    })),
  };
}

describe('the engine with several hosts', () => {
  it('admits every slot it lists, with hosts who are free', () => {
    fc.assert(
      fc.property(someTeamScene, (scene) => {
        for (const { start } of list(scene)) {
          const answer = admit({ start, timeZone: scene.bookerZone }, scene.facts, scene.now);
          expect([iso(start), answer]).toMatchObject([iso(start), { ok: true }]);
          if (!answer.ok) continue;
          const members = scene.facts.hosts.filter(({ hostId }) => answer.hostIds.includes(hostId));
          expect(answer.hostIds).toContain(answer.organizerId);
          expect(members.filter(({ turn }) => turn !== undefined).length).toBe(scene.facts.hosts.some(({ turn }) => turn) ? 1 : 0);
          expect(scene.facts.hosts.filter(({ turn }) => turn === undefined).every((one) => members.includes(one))).toBe(true);
          // Each of them alone would be free, too.
          for (const member of members) {
            const { window: _, ...rules } = scene.facts.event;
            expect(admit({ start, timeZone: scene.bookerZone }, { event: rules, hosts: [member] }, scene.now)).toMatchObject({ ok: true });
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('lists every start on the grid that it admits', () => {
    fc.assert(
      fc.property(someTeamScene.filter(hasTurns), (scene) => {
        const hosts = scene.facts.hosts.map((one) => ({ ...one, reservations: [] }));
        const open = { ...scene, facts: { ...scene.facts, hosts } };
        expect(list(open).map(({ start }) => iso(start))).toEqual(admittedOnGrid(open).map(iso));
      }),
      { numRuns: 15 },
    );
  });

  it('lists the same slots whatever part of time it is asked for', () => {
    fc.assert(
      fc.property(someTeamScene, fc.nat(4320), fc.nat(1440), (scene, from, length) => {
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

  it('never books a host twice, eats into buffers, exceeds limits or fills more seats than there are, and admits what it then lists', () => {
    const someWishes = fc.array(fc.nat((2 * 1440) / 15), { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(someTeamScene, someWishes, fc.constantFrom(undefined, 2, 3), (scene, wishes, seatsPerSlot) => {
        const rules = { ...scene.facts.event, ...(seatsPerSlot === undefined ? {} : { seatsPerSlot }) };
        let facts: SchedulingFacts = { event: rules, hosts: scene.facts.hosts.map((one) => ({ ...one, bookings: [] })) };
        for (const [index, wish] of wishes.entries()) {
          const start = scene.day + wish * 15 * MINUTE;
          const answer = admit({ start, timeZone: scene.bookerZone }, facts, scene.now);
          if (!answer.ok) continue;
          facts = answer.joinsUid === undefined ? bookFor(facts, answer, start, `wish-${index}`) : join(facts, answer.joinsUid);
        }
        for (const { start, seats } of list({ ...scene, facts })) {
          const answer = admit({ start, timeZone: scene.bookerZone }, facts, scene.now);
          expect([iso(start), answer]).toMatchObject([iso(start), { ok: true }]);
          // Reserved seats only hide: a slot whose booking has no seat left beside them may still be offered by another host.
          if (answer.ok && seats?.bookingUid !== undefined) expect(answer.joinsUid).toBe(seats.bookingUid);
          if (seats !== undefined) expect(seats.booked + seats.remaining).toBeLessThanOrEqual(seats.total);
        }
        for (const { bookings, schedule: hours } of facts.hosts) {
          for (const one of bookings) {
            expect(one.seats?.taken ?? 0).toBeLessThanOrEqual(one.seats?.total ?? 0);
            for (const other of bookings) {
              const block = bookingBlock(other, facts.event);
              if (one !== other) expect(one.start < block.end && block.start < one.end).toBe(false);
            }
          }
          expectWithinCounts(bookings, facts, hours.timeZone);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('gives hosts who are always free the same number of bookings, whatever is cancelled', () => {
    const someStep = fc.record({ minute: fc.nat(20 * 1440), cancels: fc.option(fc.nat(), { freq: 3 }) });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.array(someStep, { maxLength: 60 }), (count, steps) => {
        const always = schedule('UTC', [weekly(EVERY_DAY, '00:00', '23:59')]);
        const turn = { priority: 2, assigned: 0, lastAssigned: 0 };
        let facts: SchedulingFacts = {
          event: event({ lengthMinutes: 5 }),
          hosts: Array.from({ length: count }, (_, index) => host({ hostId: index + 1, schedule: always, turn })),
        };
        const standing: number[] = [];
        for (const [index, { minute, cancels }] of steps.entries()) {
          const [first] = standing;
          if (cancels !== null && first !== undefined) {
            // The one who has the most gives a booking back, so that the even share stays a fair demand.
            const most = [...standing].sort((one, other) => assignedOf(facts, other) - assignedOf(facts, one))[0] ?? first;
            standing.splice(standing.indexOf(most), 1);
            facts = giveBack(facts, most);
          } else {
            const start = at('2030-01-08T00:00Z') + (minute + index * 30_000) * MINUTE;
            const answer = admit({ start }, facts, at('2030-01-01T00:00Z'));
            if (!answer.ok) continue;
            facts = bookFor(facts, answer, start, `made-${index}`);
            standing.push(answer.organizerId);
          }
          const shares = facts.hosts.map(({ hostId }) => standing.filter((id) => id === hostId).length);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function assignedOf({ hosts }: SchedulingFacts, hostId: number): number {
  return hosts.find((one) => one.hostId === hostId)?.turn?.assigned ?? 0;
}

function giveBack(facts: SchedulingFacts, hostId: number): SchedulingFacts {
  const hosts = facts.hosts.map((one) =>
    one.hostId === hostId && one.turn !== undefined ? { ...one, turn: { ...one.turn, assigned: one.turn.assigned - 1 } } : one,
  );
  return { ...facts, hosts };
}

/** Found from `admit` alone: for each party the runs of admitted minutes are its free ranges, and the grid of turns is laid over them. */
function admittedOnGrid({ facts, now, day, bookerZone: timeZone }: Scene): number[] {
  const { window: _, ...open } = facts.event;
  const lengthMs = facts.event.lengthMinutes * MINUTE;
  const ranges = toParties(facts.hosts).map(({ members }) => {
    const found: { start: number; end: number }[] = [];
    // The grid starts anew each midnight, so a day around those asked for is enough.
    for (let start = day - DAY; start < day + 3 * DAY; start += MINUTE) {
      if (!admit({ start, timeZone }, { event: open, hosts: members }, now).ok) continue;
      const last = found.at(-1);
      if (last !== undefined && last.end === start + lengthMs - MINUTE) last.end = start + lengthMs;
      else found.push({ start, end: start + lengthMs });
    }
    return found;
  });
  const starts = turnGridStarts(ranges, {
    rules: {
      lengthMinutes: facts.event.lengthMinutes,
      frequencyMinutes: facts.event.slotIntervalMinutes ?? facts.event.lengthMinutes,
      offsetMinutes: facts.event.offsetStartMinutes,
      optimized: facts.event.optimizedSlots,
      zone: zoneOf(timeZone),
      earliest: earliestStart(facts.event, now),
      endToleranceMs: 0,
    },
    within: { start: day, end: day + 2 * DAY },
    scheduleZone: scheduleZoneOf(facts),
  });
  return starts.filter((start) => admit({ start, timeZone }, facts, now).ok);
}

function expectWithinCounts(bookings: readonly BookingFact[], { event: rules }: SchedulingFacts, timeZone: string): void {
  const zone = zoneOf(timeZone);
  for (const period of PERIODS) {
    const counts = new Map<number, number>();
    for (const { start, end } of bookings) {
      const { first } = periodOf(period, zone.dayAt(start), rules.weekStart);
      if (first !== periodOf(period, zone.dayAt(end - 1), rules.weekStart).first) continue;
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(count).toBeLessThanOrEqual(rules.countLimits?.[period] ?? Number.POSITIVE_INFINITY);
  }
}
