import fc from 'fast-check';
import { at, event, host } from './facts.fixture.ts';
import type { BookingFact, EventRules, HostFacts, ReservationFact, Schedule, SchedulingFacts, Turn } from './model.ts';

export interface Scene {
  readonly facts: SchedulingFacts;
  readonly now: number;
  /** Midnight UTC of the first of the three days that matter. */
  readonly day: number;
  readonly bookerZone: string;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Zones with the days on which their clocks change, and quiet ones. */
const PLACES: readonly (readonly [string, string])[] = [
  ['UTC', '2030-05-14'],
  ['America/New_York', '2030-03-10'],
  ['America/New_York', '2030-11-03'],
  ['Australia/Lord_Howe', '2030-04-06'],
  ['Australia/Lord_Howe', '2030-10-05'],
  ['Africa/Cairo', '2030-04-25'],
  ['Africa/Cairo', '2030-10-31'],
  ['Pacific/Apia', '2011-12-29'],
  ['Asia/Kathmandu', '2030-05-14'],
];

const BOOKERS = ['UTC', 'Europe/Rome', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe'];

const someMinutes = (max: number, step = 5) => fc.integer({ min: 0, max: max / step }).map((steps) => steps * step);

const someHours = fc.record({
  days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 2 }),
  startMinute: someMinutes(1380, 15),
  endMinute: fc.oneof(someMinutes(1440, 15), fc.constant(1439)),
});

function someSchedule(timeZone: string, date: string): fc.Arbitrary<Schedule> {
  const someOverride = fc.record({
    date: fc.integer({ min: -1, max: 3 }).map((days) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10)),
    startMinute: someMinutes(720, 15),
    endMinute: someMinutes(1440, 15),
  });
  const aroundTheClock = fc.constant([{ days: [1, 2, 3, 4, 5, 6, 7], startMinute: 0, endMinute: 1439 }]);
  return fc.record({
    timeZone: fc.constant(timeZone),
    hours: fc.oneof(
      { weight: 5, arbitrary: fc.array(someHours, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: aroundTheClock },
    ),
    overrides: fc.array(someOverride, { maxLength: 2 }),
  });
}

/** Within four days around the scene's day; now and then with odd seconds. */
function someTime(day: number, maxMinutes: number) {
  return fc
    .record({
      start: someMinutes(4 * 1440).map((minutes) => day - DAY + minutes * MINUTE),
      length: someMinutes(maxMinutes).map((minutes) => Math.max(5, minutes) * MINUTE),
      shift: fc.constantFrom(0, 0, 0, 36_000, 500),
    })
    .map(({ start, length, shift }) => ({ start: start + shift, end: start + shift + length }));
}

const someBuffer = fc.constantFrom(0, 0, 5, 10, 30);

function someBooking(day: number): fc.Arbitrary<BookingFact> {
  return fc
    .record({
      time: someTime(day, 120),
      uid: fc.uuid(),
      eventTypeId: fc.constantFrom(1, 1, 2),
      status: fc.constantFrom('accepted', 'accepted', 'accepted', 'pending', 'cancelled', 'rejected'),
      beforeBufferMinutes: someBuffer,
      afterBufferMinutes: someBuffer,
    })
    .map(({ time, ...fact }) => ({ ...fact, ...time }));
}

const someLimits = fc.option(
  fc.constantFrom({ day: 1 }, { day: 3 }, { week: 4 }, { day: 2, week: 5 }, { month: 6, year: 8 }, { year: 5 }),
  { nil: undefined, freq: 2 },
);

const someRules: fc.Arbitrary<Partial<EventRules>> = fc
  .record({
    lengthMinutes: fc.constantFrom(10, 15, 25, 30, 45, 60, 90),
    slotIntervalMinutes: fc.constantFrom(undefined, undefined, 5, 20, 30, 50, 60, 120),
    offsetStartMinutes: fc.constantFrom(0, 0, 5, 10),
    minimumNoticeMinutes: fc.constantFrom(0, 60, 90, 1500),
    beforeBufferMinutes: someBuffer,
    afterBufferMinutes: someBuffer,
    optimizedSlots: fc.boolean(),
    pendingBlocks: fc.boolean(),
    weekStart: fc.constantFrom(1, 7),
    window: fc.constantFrom(
      undefined,
      undefined,
      undefined,
      { type: 'calendar-days', days: 2, rolling: false } as const,
      { type: 'business-days', days: 1, rolling: false } as const,
      { type: 'calendar-days', days: 2, rolling: true } as const,
      { type: 'business-days', days: 1, rolling: true } as const,
    ),
    countLimits: someLimits,
    durationLimitsMinutes: fc.option(fc.constantFrom({ day: 120 }, { week: 300 }, { day: 90, month: 600 }), { nil: undefined, freq: 2 }),
  })
  .map(
    // A rule that is absent is a missing key in the model, not an undefined one.
    (rules) => Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined)) as Partial<EventRules>,
  );

function someHostIn(timeZone: string, date: string, someReservation: fc.Arbitrary<ReservationFact>): fc.Arbitrary<Partial<HostFacts>> {
  const day = at(`${date}T00:00Z`);
  return fc.record({
    schedule: someSchedule(timeZone, date),
    bookings: fc.uniqueArray(someBooking(day), { maxLength: 8, selector: ({ uid }) => uid }),
    busy: fc.array(
      someTime(day, 600).map((time) => ({ ...time, source: 'feed' })),
      { maxLength: 2 },
    ),
    reservations: fc.array(someReservation, { maxLength: 1 }),
  });
}

const someTurn: fc.Arbitrary<Turn> = fc.record({
  priority: fc.constantFrom(2, 2, 2, 0, 4),
  assigned: fc.nat(3),
  lastAssigned: fc.nat(9),
});

/** Two to four hosts in zones of their own: all at once, in turn, or some always and the others in turn. */
export const someTeamScene: fc.Arbitrary<Scene> = fc.constantFrom(...PLACES).chain(([timeZone, date]) => {
  const day = at(`${date}T00:00Z`);
  const someReservation = someTime(day, 60).map((time) => ({ ...time, uid: 'held', eventTypeId: 1 }));
  const someAbsence = fc.constantFrom(undefined, undefined, [{ from: date, to: date }]);
  const someMember = fc
    .record({
      facts: fc.constantFrom(timeZone, timeZone, ...BOOKERS).chain((zone) => someHostIn(zone, date, someReservation)),
      turn: someTurn,
      absences: someAbsence,
    })
    .map(({ facts, turn, absences }) => ({ ...facts, turn, ...(absences === undefined ? {} : { absences }) }));
  const someHosts = fc
    .tuple(fc.array(someMember, { minLength: 2, maxLength: 4 }), fc.constantFrom('all', 'turns', 'turns', 'mixed'))
    .map(([members, mode]) =>
      members.map(({ turn, ...facts }, index) => {
        const takesTurns = mode === 'turns' || (mode === 'mixed' && index > 0);
        return host({ ...facts, hostId: index + 1, ...(takesTurns ? { turn } : {}) });
      }),
    );
  return fc.record({
    facts: fc.record({ event: someRules.map(event), hosts: someHosts }),
    now: fc.integer({ min: -2880, max: 1440 }).map((minutes) => day + minutes * MINUTE),
    day: fc.constant(day),
    bookerZone: fc.constantFrom(timeZone, ...BOOKERS),
  });
});

/** Everything the engine decides from, at a place and time where clocks may change. */
export const someScene: fc.Arbitrary<Scene> = fc.constantFrom(...PLACES).chain(([timeZone, date]) => {
  const day = at(`${date}T00:00Z`);
  const someReservation = someTime(day, 60).map((time) => ({ ...time, uid: 'held', eventTypeId: 1 }));
  const someHost = someHostIn(timeZone, date, someReservation);
  return fc.record({
    facts: fc.record({ event: someRules.map(event), hosts: someHost.map((facts) => [host(facts)]) }),
    now: fc.integer({ min: -2880, max: 1440 }).map((minutes) => day + minutes * MINUTE),
    day: fc.constant(day),
    bookerZone: fc.constantFrom(timeZone, ...BOOKERS),
  });
});
