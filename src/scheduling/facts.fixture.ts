import type { BookingFact, EventRules, HostFacts, Schedule, SchedulingFacts, WeeklyHours } from './model.ts';

/** "2030-01-07T08:00Z" as epoch milliseconds. */
export function at(iso: string): number {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) throw new RangeError(`"${iso}" is no instant.`);
  return instant;
}

export function iso(instant: number): string {
  return new Date(instant).toISOString();
}

/** "09:30" as minutes after midnight. */
export function minutes(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

export const WEEKDAYS = [1, 2, 3, 4, 5];
export const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

export function weekly(days: readonly number[], start: string, end: string): WeeklyHours {
  return { days, startMinute: minutes(start), endMinute: minutes(end) };
}

export function schedule(timeZone: string, hours: readonly WeeklyHours[], overrides: Schedule['overrides'] = []): Schedule {
  return { timeZone, hours, overrides };
}

export function event(rules: Partial<EventRules> = {}): EventRules {
  return {
    eventTypeId: 1,
    lengthMinutes: 60,
    offsetStartMinutes: 0,
    minimumNoticeMinutes: 0,
    beforeBufferMinutes: 0,
    afterBufferMinutes: 0,
    onlyFirstSlotOfDay: false,
    optimizedSlots: false,
    pendingBlocks: false,
    weekStart: 7,
    ...rules,
  };
}

export function booking(start: string, end: string, fact: Partial<BookingFact> = {}): BookingFact {
  return {
    uid: `booking-${start}`,
    eventTypeId: 1,
    status: 'accepted',
    start: at(start),
    end: at(end),
    beforeBufferMinutes: 0,
    afterBufferMinutes: 0,
    ...fact,
  };
}

export function host(facts: Partial<HostFacts> = {}): HostFacts {
  return {
    hostId: 1,
    schedule: schedule('UTC', [weekly(WEEKDAYS, '09:00', '17:00')]),
    bookings: [],
    busy: [],
    reservations: [],
    ...facts,
  };
}

export function facts(rules: Partial<EventRules> = {}, hostFacts: Partial<HostFacts> = {}): SchedulingFacts {
  return { event: event(rules), hosts: [host(hostFacts)] };
}
