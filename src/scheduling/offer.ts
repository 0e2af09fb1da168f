import { type Availability, type FreeParty, freeParties } from './availability.ts';
import { merge, overlaps, overlapsAny } from './interval.ts';
import type { EventRules, HostFacts, Instant, Interval, ReservationFact, Slot, SlotSeats } from './model.ts';

/** The slots at the given free starts that no reservation hides, with the seats that are left. */
export function toSlots(starts: readonly Instant[], lengthMs: number, event: EventRules, availability: Availability): Slot[] {
  return event.seatsPerSlot === undefined
    ? toPlainSlots(starts, lengthMs, availability)
    : toSeatedSlots(starts, lengthMs, event, availability);
}

function toPlainSlots(starts: readonly Instant[], lengthMs: number, availability: Availability): Slot[] {
  const { parties } = availability;
  const heldOf = new Map(parties.map((party) => [party, merge(party.members.flatMap((member) => member.reservations))]));
  const isOffered =
    parties.length === 1
      ? // The starts come from this party's own ranges.
        isUnheld(heldOf, parties[0])
      : (start: Instant, end: Instant) => freeParties(availability, { start, end }).some((party) => isUnheld(heldOf, party)(start, end));
  const slots: Slot[] = [];
  for (const start of starts) {
    const end = start + lengthMs;
    if (isOffered(start, end)) slots.push({ start, end });
  }
  return slots;
}

function isUnheld(heldOf: ReadonlyMap<FreeParty, readonly Interval[]>, party: FreeParty | undefined) {
  const held = (party && heldOf.get(party)) ?? [];
  return held.length === 0 ? () => true : (start: Instant, end: Instant) => !overlapsAny(held, start, end);
}

function toSeatedSlots(starts: readonly Instant[], lengthMs: number, event: EventRules, availability: Availability): Slot[] {
  const slots: Slot[] = [];
  for (const start of starts) {
    const slot = { start, end: start + lengthMs };
    const open = availability.joinable.get(start);
    const seats =
      (open && countSeats(slot, event, open.holders, open.booking)) ??
      firstOf(freeParties(availability, slot), ({ members }) => countSeats(slot, event, members));
    if (seats !== undefined) slots.push({ ...slot, seats });
  }
  return slots;
}

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `undefined` when no seat is left, or a reservation of something else lies over the slot. */
function countSeats(
  slot: Interval,
  event: EventRules,
  hosts: readonly HostFacts[],
  booking?: HostFacts['bookings'][number],
): SlotSeats | undefined {
  const overlapping = hosts.flatMap((host) => host.reservations).filter((reservation) => overlaps(reservation, slot));
  const isSeat = ({ eventTypeId, start, end }: ReservationFact) =>
    eventTypeId === event.eventTypeId && start === slot.start && end === slot.end;
  if (!overlapping.every(isSeat)) return undefined;
  const total = booking?.seats?.total ?? event.seatsPerSlot ?? 0;
  const booked = booking?.seats?.taken ?? 0;
  // One reservation holds all hosts of its event type.
  const remaining = total - booked - new Set(overlapping.map((reservation) => reservation.uid)).size;
  if (remaining <= 0) return undefined;
  return { booked, remaining, total, ...(booking === undefined ? {} : { bookingUid: booking.uid }) };
}
