import { occurrenceStarts } from '../scheduling/index.ts';
import type { NewAttendee } from '../store/bookings.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import { listActiveBookings } from '../store/list-bookings.ts';
import type { Transaction } from '../store/store.ts';
import type { BookingBody } from '../wire/calcom/bookings.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import { enabled, lengthsOf } from './event-rules.ts';
import { HttpFailure } from './http-failure.ts';

export function chooseLength(eventType: EventTypeRecord, wanted: number | undefined): number {
  if (wanted === undefined) return eventType.lengthMinutes;
  if (eventType.options.lengthInMinutesOptions === undefined) {
    throw new HttpFailure(
      400,
      "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, remove the 'lengthInMinutes' field from the request.",
    );
  }
  const lengths = lengthsOf(eventType);
  if (lengths.includes(wanted)) return wanted;
  throw new HttpFailure(
    400,
    `Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths are: ${lengths.join(', ')}`,
  );
}

/** Later dates do not print as ISO 8601 does, nor read back from databases. */
const LATEST = Date.UTC(9000, 0, 1);

/** The starts that are asked for, ascending: one, or those of a series in the attendee's zone. */
export function wantedStarts(eventType: EventTypeRecord, body: BookingBody): readonly number[] {
  const start = parseInstant(body.start) ?? Number.NaN;
  const recurrence = enabled(eventType.options.recurrence);
  if (recurrence === undefined) return [start];
  const { frequency, interval, occurrences } = recurrence;
  const count = body.recurrenceCount ?? occurrences;
  const starts = occurrenceStarts(start, { frequency, interval, count, timeZone: body.attendee.timeZone });
  if ((starts.at(-1) ?? start) < LATEST) return starts;
  throw new HttpFailure(
    400,
    `A series of ${count} bookings from "${body.start}" reaches beyond the year 9000: ask for a smaller recurrenceCount.`,
  );
}

/** Of the hosts who take turns those that the request, or the routing form before it, leaves to choose from. */
export function wantedHosts({ rrHostSubsetIds, routing }: BookingBody): readonly number[] | undefined {
  const subset = nonEmpty(rrHostSubsetIds);
  const routed = nonEmpty(routing?.teamMemberIds);
  return subset === undefined || routed === undefined ? (subset ?? routed) : subset.filter((id) => routed.includes(id));
}

function nonEmpty(ids: readonly number[] | undefined): readonly number[] | undefined {
  return ids === undefined || ids.length === 0 ? undefined : ids;
}

/** The booker first. A seat is one person's: guests of who books one are left out, as those are of an event type without guests. */
export function toAttendees(
  { attendee, guests = [] }: BookingBody,
  { options }: EventTypeRecord,
): readonly [NewAttendee, ...NewAttendee[]] {
  const { name, timeZone, language = 'en', phoneNumber } = attendee;
  // Who has only a telephone gets an address that no mail can reach.
  const email = attendee.email ?? `${(phoneNumber ?? '').replace(/\D/g, '')}@sms.invalid`;
  const takesGuests = options.disableGuests !== true && enabled(options.seats) === undefined;
  const invited = takesGuests ? guests.filter((guest) => guest.toLowerCase() !== email.toLowerCase()) : [];
  const unique = [...new Map(invited.map((guest) => [guest.toLowerCase(), guest])).values()];
  return [
    { name, email, timeZone, language, phoneNumber: phoneNumber ?? null },
    ...unique.map((guest) => ({ name: '', email: guest, timeZone, language, guest: true })),
  ];
}

interface ActiveLimitQuery {
  readonly eventType: EventTypeRecord;
  readonly email: string;
  readonly isHost: boolean;
  readonly now: number;
}

export async function checkActiveLimit(tx: Transaction, { eventType, email, isHost, now }: ActiveLimitQuery): Promise<void> {
  const limit = enabled(eventType.options.bookerActiveBookingsLimit);
  if (limit === undefined) return;
  const active = await listActiveBookings(tx, { eventTypeId: eventType.id, attendeeEmail: email, after: now });
  if (active.length < limit.maximumActiveBookings) return;
  const offer =
    limit.offerReschedule === true && isHost
      ? ` You can reschedule your existing booking (${active[0]?.uid}) to a new timeslot instead.`
      : '';
  throw new HttpFailure(
    400,
    `Attendee with this email can't book because the maximum number of active bookings has been reached.${offer}`,
    { details: { reason: 'booker_limit' } },
  );
}
