import { groupByDate, type Slot, toIsoOffset, toIsoUtc } from '../scheduling/index.ts';
import type { OldSlot, OldSlots } from '../wire/calcom/old-slots.ts';
import type { Slots } from '../wire/calcom/slots.ts';

interface Shape {
  readonly timeZone: string | undefined;
  readonly isRange: boolean;
}

/** Slots as the API answered them before its versions: `time` in place of `start`, or both ends of a range. */
export function toOldSlots(slots: readonly Slot[], { timeZone, isRange }: Shape): OldSlots {
  const print = (start: string, slot: Slot) => ({
    start,
    end: timeZone === undefined ? toIsoUtc(slot.end) : toIsoOffset(slot.end, timeZone),
    ...(slot.seats === undefined ? {} : { seatsBooked: slot.seats.booked }),
    ...(slot.seats?.bookingUid === undefined ? {} : { bookingUid: slot.seats.bookingUid }),
  });
  return renameSlots(groupByDate(slots, { timeZone, print }), isRange);
}

/** The same of an answer: it must have been asked for in ranges where ranges are wanted. */
export function renameSlots(slots: Slots, isRange: boolean): OldSlots {
  return Object.fromEntries(
    Object.entries(slots).map(([date, day]) => [
      date,
      day.map(
        ({ start, end, seatsBooked, bookingUid }): OldSlot => ({
          ...(isRange ? { startTime: start, ...(end === undefined ? {} : { endTime: end }) } : { time: start }),
          ...(seatsBooked === undefined ? {} : { attendees: seatsBooked }),
          ...(bookingUid === undefined ? {} : { bookingUid }),
        }),
      ),
    ]),
  );
}
