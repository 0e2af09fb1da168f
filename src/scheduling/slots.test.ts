import { describe, expect, it } from 'vitest';
import { at, booking, EVERY_DAY, facts, host, minutes, schedule, WEEKDAYS, weekly } from './facts.fixture.ts';
import { groupByDate, toIsoOffset } from './iso.ts';
import type { EventRules, HostFacts, SlotQuery } from './model.ts';
import { listSlots } from './slots.ts';

const KOLKATA = schedule('Asia/Kolkata', [weekly(EVERY_DAY, '09:30', '18:00')]);
const LONG_AGO = at('2024-01-01T00:00Z');

interface Listing {
  readonly rules?: Partial<EventRules>;
  readonly host?: Partial<HostFacts>;
  readonly query?: Partial<SlotQuery>;
  readonly now?: number;
}

/** The starts of one UTC day (a Tuesday) or of the interval asked for, as times in the booker's zone. */
function times({ rules = {}, host: hostFacts = {}, query = {}, now = LONG_AGO }: Listing): string {
  const interval = { start: at('2024-05-21T00:00Z'), end: at('2024-05-22T00:00Z') };
  const slots = listSlots({ ...interval, ...query }, facts(rules, hostFacts), now);
  return slots.map(({ start }) => toIsoOffset(start, query.timeZone ?? 'UTC').slice(11, 16)).join(' ');
}

function kolkata(listing: Listing): string {
  const interval = { start: at('2024-05-21T00:00+05:30'), end: at('2024-05-22T00:00+05:30') };
  const slots = listSlots(
    { ...interval, timeZone: 'Asia/Kolkata', ...listing.query },
    facts(listing.rules, { schedule: KOLKATA, ...listing.host }),
    listing.now ?? LONG_AGO,
  );
  return slots.map(({ start }) => toIsoOffset(start, 'UTC').slice(11, 16)).join(' ');
}

describe('listing slots (group E)', () => {
  it('C46: bookings that do not block leave all slots', () => {
    const bookings = (['rejected', 'cancelled', 'pending', 'awaiting_host'] as const).map((status) =>
      booking('2024-05-21T05:00Z', '2024-05-21T06:00Z', { uid: status, status }),
    );
    expect(kolkata({ rules: { lengthMinutes: 45 }, host: { bookings } })).toBe(
      '04:00 04:45 05:30 06:15 07:00 07:45 08:30 09:15 10:00 10:45 11:30',
    );
  });

  it('C46: the grid begins anew behind a booking', () => {
    const bookings = [booking('2024-05-21T04:45Z', '2024-05-21T05:40Z')];
    expect(kolkata({ rules: { lengthMinutes: 45 }, host: { bookings } })).toBe(
      '04:00 05:45 06:30 07:15 08:00 08:45 09:30 10:15 11:00 11:45',
    );
  });

  it('C47: half hours up to the end of the day', () => {
    const starts = kolkata({ rules: { lengthMinutes: 30 } }).split(' ');
    expect(starts).toHaveLength(17);
    expect([starts.at(0), starts.at(-1)]).toEqual(['04:00', '12:00']);
  });

  it('C47: thirty minutes every two hours start at the full hour', () => {
    expect(kolkata({ rules: { lengthMinutes: 30, slotIntervalMinutes: 120 } })).toBe('04:30 06:30 08:30 10:30');
  });

  it('C48: the notice counts from now', () => {
    const rules = { lengthMinutes: 120, minimumNoticeMinutes: 13 * 60 };
    expect(kolkata({ rules, now: at('2024-05-21T00:00+05:30') })).toBe('07:30 09:30');
  });

  it('C50: the offset shifts and widens the steps', () => {
    const starts = kolkata({ rules: { lengthMinutes: 25, offsetStartMinutes: 5 } }).split(' ');
    expect(starts).toHaveLength(17);
    expect([starts.at(0), starts.at(1), starts.at(-1)]).toEqual(['04:05', '04:35', '12:05']);
  });

  it('C51: an override replaces the hours', () => {
    const overrides = [{ date: '2024-05-21', startMinute: minutes('14:00'), endMinute: minutes('18:00') }];
    expect(kolkata({ host: { schedule: { ...KOLKATA, overrides } } })).toBe('08:30 09:30 10:30 11:30');
  });

  it('C52: a day whose limit is reached has no slots', () => {
    const allDay = schedule('Asia/Dhaka', [weekly(EVERY_DAY, '00:00', '23:59')]);
    const query = { start: at('2024-05-20T00:00+06:00'), end: at('2024-05-23T00:00+06:00'), timeZone: 'Asia/Dhaka' };
    const bookings = [booking('2024-05-21T10:00+06:00', '2024-05-21T11:00+06:00')];
    const slots = listSlots(query, facts({ countLimits: { day: 1 } }, { schedule: allDay, bookings }), LONG_AGO);
    const byDate = groupByDate(slots, { timeZone: 'Asia/Dhaka', print: (start) => start });
    expect(Object.keys(byDate)).toEqual(['2024-05-20', '2024-05-22']);
  });
});

describe('listing slots (group G)', () => {
  const rome = { schedule: schedule('Europe/Rome', [weekly(WEEKDAYS, '09:00', '17:00')]) };
  const list = (start: string, end: string, timeZone?: string, hostFacts: Partial<HostFacts> = {}) => {
    const slots = listSlots({ start: at(start), end: at(end), timeZone }, facts({}, { ...rome, ...hostFacts }), LONG_AGO);
    return groupByDate(slots, { timeZone, print: (printed) => printed });
  };

  it('C64: a working week, in UTC and in the zone asked for', () => {
    const utc = list('2050-09-05T00:00Z', '2050-09-09T23:59:59Z');
    expect(Object.entries(utc).map(([date, starts]) => [date, starts.length, starts.at(0)?.slice(10), starts.at(-1)?.slice(10)])).toEqual(
      ['05', '06', '07', '08', '09'].map((day) => [`2050-09-${day}`, 8, 'T07:00:00.000Z', 'T14:00:00.000Z']),
    );
    const local = list('2050-09-05T00:00Z', '2050-09-09T23:59:59Z', 'Europe/Rome');
    expect(local['2050-09-05']?.at(0)).toBe('2050-09-05T09:00:00.000+02:00');
    expect(local['2050-09-09']?.at(-1)).toBe('2050-09-09T16:00:00.000+02:00');
  });

  it('C65: clips to the instants asked for without moving the grid', () => {
    const week = list('2050-09-05T09:00Z', '2050-09-09T12:00Z');
    expect(week['2050-09-05']?.map((start) => start.slice(11, 13))).toEqual(['09', '10', '11', '12', '13', '14']);
    expect(week['2050-09-09']?.map((start) => start.slice(11, 13))).toEqual(['07', '08', '09', '10', '11']);
  });

  it('C69: a booked slot is gone', () => {
    const bookings = [booking('2050-09-05T11:00Z', '2050-09-05T12:00Z')];
    const day = list('2050-09-05T00:00Z', '2050-09-05T23:59:59Z', undefined, { bookings })['2050-09-05'];
    expect(day?.map((start) => start.slice(11, 13))).toEqual(['07', '08', '09', '10', '12', '13', '14']);
  });

  it('C31: a date on which the host is away has no slots', () => {
    const absences = [{ from: '2050-09-06', to: '2050-09-06' }];
    expect(Object.keys(list('2050-09-05T00:00Z', '2050-09-07T23:59:59Z', undefined, { absences }))).toEqual(['2050-09-05', '2050-09-07']);
  });
});

describe('busy time and buffers', () => {
  it('keeps the buffers of both bookings free', () => {
    const bookings = [
      booking('2024-05-21T12:00Z', '2024-05-21T13:00Z', { eventTypeId: 2, beforeBufferMinutes: 10, afterBufferMinutes: 15 }),
    ];
    const rules = { lengthMinutes: 15, beforeBufferMinutes: 5, afterBufferMinutes: 20 };
    // Blocked from 12:00 - (10 + 20) to 13:00 + (15 + 5).
    expect(times({ rules, host: { bookings } })).toMatch(/11:00 11:15 13:30 13:45/);
  });

  it('puts only its own buffers around outside busy time', () => {
    const busy = [{ start: at('2024-05-21T12:00Z'), end: at('2024-05-21T13:00Z'), source: 'feed' }];
    const rules = { lengthMinutes: 15, beforeBufferMinutes: 15, afterBufferMinutes: 30 };
    expect(times({ rules, host: { busy } })).toMatch(/11:00 11:15 13:15 13:30/);
  });

  it('lets pending bookings of the same event type block when they shall', () => {
    const pending = booking('2024-05-21T12:00Z', '2024-05-21T13:00Z', { status: 'pending' });
    const listing = { rules: { pendingBlocks: true }, host: { bookings: [pending] } };
    expect(times(listing)).not.toContain('12:00');
    expect(times({ ...listing, rules: {} })).toContain('12:00');
    expect(times({ ...listing, host: { bookings: [{ ...pending, eventTypeId: 2 }] } })).toContain('12:00');
  });

  it('leaves out the booking that is being moved', () => {
    const moved = booking('2024-05-21T12:00Z', '2024-05-21T13:00Z', { uid: 'moved' });
    expect(times({ host: { bookings: [moved] }, query: { excludeBookingUid: 'moved' } })).toContain('12:00');
  });

  it('never offers a slot that overlaps busy time by less than a second', () => {
    const busy = [{ start: at('2024-05-21T11:59:59.500Z'), end: at('2024-05-21T13:00:00.500Z'), source: 'feed' }];
    expect(times({ host: { busy } })).toBe('09:00 10:00 14:00 15:00 16:00');
  });

  it('needs all of several hosts', () => {
    const one = host({ hostId: 7, bookings: [booking('2024-05-21T12:00Z', '2024-05-21T13:00Z')] });
    const other = host({ hostId: 3, schedule: schedule('Europe/Rome', [weekly(WEEKDAYS, '13:00', '18:00')]) });
    const query = { start: at('2024-05-21T00:00Z'), end: at('2024-05-22T00:00Z') };
    const both = facts();
    const slots = listSlots(query, { ...both, hosts: [one, other] }, LONG_AGO);
    expect(slots.map(({ start }) => new Date(start).getUTCHours())).toEqual([11, 13, 14, 15]);
  });
});

describe('what only hides', () => {
  const reservation = (start: string, end: string, eventTypeId = 2) => ({ uid: `r-${start}`, eventTypeId, start: at(start), end: at(end) });

  it('a reservation hides the slots it overlaps and moves no grid', () => {
    const reservations = [reservation('2024-05-21T12:10Z', '2024-05-21T12:40Z')];
    expect(times({ host: { reservations } })).toBe('09:00 10:00 11:00 13:00 14:00 15:00 16:00');
  });

  it('only the first slot of each date of the booker is shown', () => {
    const rules = { onlyFirstSlotOfDay: true };
    expect(times({ rules, query: { end: at('2024-05-23T00:00Z') } })).toBe('09:00 09:00');
    expect(times({ rules, query: { start: at('2024-05-21T10:00Z') } })).toBe('');
    const reservations = [reservation('2024-05-21T09:00Z', '2024-05-21T10:00Z')];
    expect(times({ rules, host: { reservations } })).toBe('10:00');
  });
});

describe('seats', () => {
  const shared = booking('2024-05-21T10:00Z', '2024-05-21T11:00Z', { uid: 'shared', seats: { taken: 1, total: 3 } });
  const seated = { seatsPerSlot: 3 };
  const query = { start: at('2024-05-21T09:00Z'), end: at('2024-05-21T12:00Z') };

  it('a booking with seats left is offered again, with its seats', () => {
    expect(listSlots(query, facts(seated, { bookings: [shared] }), LONG_AGO).map(({ seats }) => seats)).toEqual([
      { booked: 0, remaining: 3, total: 3 },
      { booked: 1, remaining: 2, total: 3, bookingUid: 'shared' },
      { booked: 0, remaining: 3, total: 3 },
    ]);
  });

  it('a full one is not, and a booking of another event type never', () => {
    const full = { ...shared, seats: { taken: 3, total: 3 } };
    expect(times({ rules: seated, host: { bookings: [full] }, query })).toBe('09:00 11:00');
    expect(times({ rules: seated, host: { bookings: [{ ...shared, eventTypeId: 2 }] }, query })).toBe('09:00 11:00');
    expect(times({ host: { bookings: [shared] }, query })).toBe('09:00 11:00');
  });

  it('a reservation takes a seat', () => {
    const held = (uid: string) => ({ uid, eventTypeId: 1, start: shared.start, end: shared.end });
    const one = listSlots(query, facts(seated, { bookings: [shared], reservations: [held('a')] }), LONG_AGO);
    expect(one[1]?.seats?.remaining).toBe(1);
    expect(times({ rules: seated, host: { bookings: [shared], reservations: [held('a'), held('b')] }, query })).toBe('09:00 11:00');
  });

  it('a booking off the grid can be joined, but not overlapped', () => {
    const odd = { ...shared, start: at('2024-05-21T10:20Z'), end: at('2024-05-21T11:20Z') };
    expect(times({ rules: seated, host: { bookings: [odd] }, query })).toBe('09:00 10:20');
  });

  it('its buffers stay free, and a reached limit still lets others join', () => {
    const buffered = { ...seated, beforeBufferMinutes: 10, afterBufferMinutes: 10 };
    expect(times({ rules: buffered, host: { bookings: [shared] }, query })).toBe('10:00');
    expect(times({ rules: { ...seated, countLimits: { day: 1 } }, host: { bookings: [shared] }, query })).toBe('10:00');
  });
});
