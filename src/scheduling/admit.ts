import { findAvailability, freeParties } from './availability.ts';
import { MINUTE_MS } from './local-date.ts';
import type { Admission, Admittance, BookingRequest, HostFacts, Instant, SchedulingFacts } from './model.ts';
import { explainRefusal, refuse } from './refusal.ts';
import { durationOf, isInRollingWindow, scheduleZoneOf } from './slots.ts';
import { byTurn } from './turns.ts';
import { windowBounds } from './window.ts';
import { zoneOf } from './zone.ts';

/** Accepts or refuses a booking. The start need not lie on the slot grid; it must lie in the same free time slots are listed from. */
export function admit(request: BookingRequest, facts: SchedulingFacts, now: Instant): Admission {
  const { event } = facts;
  const { start, preferredHostId } = request;
  const durationMinutes = durationOf(request, event);
  if (!(durationMinutes > 0)) throw new RangeError(`A booking cannot last "${durationMinutes}" minutes.`);
  const slot = { start, end: start + durationMinutes * MINUTE_MS };
  const bookerZone = zoneOf(request.timeZone ?? 'UTC');

  if (start < now) return refuse('past', 'The start lies in the past.');
  if (start === now || start < now + event.minimumNoticeMinutes * MINUTE_MS) {
    return refuse('notice', `The start is too soon: bookings are made at least ${event.minimumNoticeMinutes} minutes ahead.`);
  }
  const bounds = windowBounds(event.window, { now, bookerZone, scheduleZone: scheduleZoneOf(facts) });
  if (start < bounds.start || start >= bounds.end || !isInRollingWindow(request, facts, now)) {
    return refuse('window', 'The start lies outside the dates that can be booked at present.');
  }

  const availability = findAvailability(facts, { around: slot, durationMinutes, excludeBookingUid: request.excludeBookingUid });
  const joinable = availability.joinable.get(start);
  if (joinable !== undefined) return { ...accept(joinable.holders), joinsUid: joinable.booking.uid };
  const [chosen] = byTurn(freeParties(availability, slot), preferredHostId);
  if (chosen !== undefined) return accept(chosen.members, chosen.inTurn);
  return explainRefusal({ slot, durationMinutes, excludeBookingUid: request.excludeBookingUid }, facts);
}

function accept(members: readonly HostFacts[], inTurn?: HostFacts): Admittance {
  const hostIds = members.map((member) => member.hostId).sort((one, other) => one - other);
  return { ok: true, hostIds, organizerId: inTurn?.hostId ?? members[0]?.hostId ?? 0 };
}
