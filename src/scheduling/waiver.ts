import type { EventRules, HostFacts, SchedulingFacts } from './model.ts';

/** What a host may set aside for one booking. Limits, seats and the past always hold. */
export interface Waiver {
  /** Minimum notice and booking window. */
  readonly bounds?: boolean;
  /** Working hours, days off and absences. */
  readonly hours?: boolean;
  /** Other bookings, outside calendars, and the buffers around both. */
  readonly conflicts?: boolean;
}

/** The facts as if the waived rules did not exist. */
export function waive({ event, hosts }: SchedulingFacts, { bounds, hours, conflicts }: Waiver): SchedulingFacts {
  const opened = hours === true ? hosts.map(alwaysOpen) : hosts;
  return {
    event: bounds === true ? withoutBounds(event) : event,
    hosts: conflicts === true ? opened.map((host) => withoutConflicts(host, event)) : opened,
  };
}

function withoutBounds({ window: _window, ...event }: EventRules): EventRules {
  return { ...event, minimumNoticeMinutes: 0 };
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function alwaysOpen(host: HostFacts): HostFacts {
  const { timeZone } = host.schedule;
  return { ...host, schedule: { timeZone, hours: [{ days: EVERY_DAY, startMinute: 0, endMinute: 1440 }], overrides: [] }, absences: [] };
}

/** Of an event type with seats its own bookings stay in the way: who comes at their time takes one of their seats, or there is none. */
function withoutConflicts(host: HostFacts, { eventTypeId, seatsPerSlot }: EventRules): HostFacts {
  const keeps = (bookingTypeId: number) => seatsPerSlot !== undefined && bookingTypeId === eventTypeId;
  return {
    ...host,
    busy: [],
    bookings: host.bookings.map((booking) => (keeps(booking.eventTypeId) ? booking : { ...booking, isWaived: true })),
  };
}
