import { bookingBlock, busyBlock, hasOpenSeats, isBlocking } from './busy.ts';
import { isAway, isClosedDate, openHours } from './hours.ts';
import { covers, overlaps } from './interval.ts';
import { limitBlocks } from './limits.ts';
import type { BookingFact, EventRules, HostFacts, Interval, Refusal, RefusalReason, SchedulingFacts } from './model.ts';
import { toParties } from './turns.ts';
import { zoneOf } from './zone.ts';

export function refuse(reason: RefusalReason, detail: string, conflictingUid?: string): Refusal {
  return { ok: false, reason, detail, ...(conflictingUid === undefined ? {} : { conflictingUid }) };
}

export interface RefusedSlot {
  readonly slot: Interval;
  readonly durationMinutes: number;
  readonly excludeBookingUid?: string | undefined;
}

/**
 * Says why a slot is not free. It describes what the availability decided and decides nothing itself. Of hosts who take turns the one speaks who
 * came nearest to being free.
 */
export function explainRefusal(refused: RefusedSlot, { event, hosts }: SchedulingFacts): Refusal {
  const explained = toParties(hosts).map(({ members }) => explainParty(refused, event, members));
  return explained.reduce((best, next) => (next.step > best.step ? next : best), explained[0] ?? UNEXPLAINED).refusal;
}

interface Explained {
  readonly refusal: Refusal;
  /** How many kinds of explanation did not apply. */
  readonly step: number;
}

const UNEXPLAINED: Explained = { refusal: refuse('busy', 'The time is not free.'), step: -1 };

function explainParty(refused: RefusedSlot, event: EventRules, members: readonly HostFacts[]): Explained {
  const byId = members.toSorted((one, other) => one.hostId - other.hostId);
  for (const [step, explain] of [explainHours, explainBookings, explainBusy, explainLimits].entries()) {
    for (const host of byId) {
      const refusal = explain(refused, event, host);
      if (refusal !== undefined) return { refusal, step };
    }
  }
  return UNEXPLAINED;
}

type Explanation = (refused: RefusedSlot, event: EventRules, host: HostFacts) => Refusal | undefined;

const explainHours: Explanation = ({ slot }, _event, { schedule, absences = [] }) => {
  const zone = zoneOf(schedule.timeZone);
  const firstDay = zone.dayAt(slot.start);
  const lastDay = zone.dayAt(slot.end - 1);
  const hours = openHours(schedule, firstDay - 1, lastDay + 1, absences);
  if (covers(hours.ranges, slot.start, slot.end)) return undefined;
  if (isAway(absences, firstDay) || isAway(absences, lastDay)) return refuse('closed_date', 'The host is away on this date.');
  if (isClosedDate(schedule, absences, firstDay) || isClosedDate(schedule, absences, lastDay)) {
    return refuse('closed_date', 'The host is not available on this date.');
  }
  return refuse('outside_hours', 'The time lies outside the hours that can be booked.');
};

const explainBookings: Explanation = ({ slot, excludeBookingUid }, event, host) => {
  const blocking = host.bookings
    .filter((booking) => isBlocking(booking, event) && booking.uid !== excludeBookingUid)
    .sort((one, other) => one.start - other.start || (one.uid < other.uid ? -1 : 1));
  const overlapping = blocking.find((booking) => overlaps(booking, slot));
  if (overlapping !== undefined) {
    if (isFullSlot(overlapping, event, slot)) return refuse('seats_full', 'No seat is left at this time.', overlapping.uid);
    return refuse('busy', 'Another booking takes this time.', overlapping.uid);
  }
  const buffered = blocking.find((booking) => overlaps(bookingBlock(booking, event), slot));
  return buffered && refuse('buffer', 'The time is kept free around another booking.', buffered.uid);
};

function isFullSlot(booking: BookingFact, event: EventRules, slot: Interval): boolean {
  const isSameSlot = booking.eventTypeId === event.eventTypeId && booking.start === slot.start && booking.end === slot.end;
  return event.seatsPerSlot !== undefined && booking.seats !== undefined && isSameSlot && !hasOpenSeats(booking, event);
}

const explainBusy: Explanation = ({ slot }, event, { busy }) => {
  if (busy.some((block) => overlaps(block, slot))) return refuse('busy', 'Something else takes this time.');
  if (busy.some((block) => overlaps(busyBlock(block, event), slot))) {
    return refuse('buffer', 'The time is kept free around something else.');
  }
  return undefined;
};

const explainLimits: Explanation = ({ slot, durationMinutes, excludeBookingUid }, event, host) => {
  const reached = limitBlocks({ event, host, within: slot, durationMinutes, excludeBookingUid }).find((block) => overlaps(block, slot));
  if (reached === undefined) return undefined;
  return reached.kind === 'count'
    ? refuse('count_limit', `The limit of ${reached.limit} bookings a ${reached.period} is reached.`)
    : refuse('duration_limit', `The limit of ${reached.limit} booked minutes a ${reached.period} would be exceeded.`);
};
