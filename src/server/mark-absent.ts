import type { z } from 'zod';
import { toIsoUtc } from '../scheduling/index.ts';
import { lockBooking, markAttendees } from '../store/attendees.ts';
import { type BookingRecord, updateBooking } from '../store/bookings.ts';
import { recordChange } from '../store/outbox.ts';
import type { markAbsentBody } from '../wire/calcom/booking-parts.ts';
import type { Caller } from './authenticate.ts';
import { toAuthor } from './book.ts';
import { readAsHost } from './booking-access.ts';
import { HttpFailure } from './http-failure.ts';
import type { Service } from './serve.ts';

const ANY_STATUS = ['accepted', 'pending', 'cancelled', 'rejected', 'awaiting_host'] as const;

interface Marks {
  readonly uid: string;
  readonly body: z.output<typeof markAbsentBody>;
  readonly caller: Caller;
}

/** Notes who was not there, or was after all, once the meeting has begun. */
export async function markAbsences({ store, now: clock }: Service, { uid, body, caller }: Marks): Promise<BookingRecord> {
  return await store.transaction(async (tx) => {
    await lockBooking(tx, uid);
    const booking = await readAsHost(tx, { uid, caller, missing: `Booking with uid=${uid} not found.` });
    const now = clock();
    if (now < booking.startAt) {
      throw new HttpFailure(
        400,
        `Bookings can only be marked as absent after their scheduled start time. Current time in UTC+0: ${toIsoUtc(now)}, Booking start time in UTC+0: ${toIsoUtc(booking.startAt)}`,
      );
    }
    const marks = toMarks(booking, body.attendees ?? []);
    const isKnown =
      marks.every(({ wasAbsent, absent }) => wasAbsent === absent) && (body.host ?? booking.absentHost) === booking.absentHost;
    // Who sends it again, because the answer was lost, is answered alike; it is no news.
    if (isKnown) return booking;
    await markAttendees(tx, marks);
    const changed = await updateBooking(tx, uid, {
      from: ANY_STATUS,
      changes: { ...(body.host === undefined ? {} : { absentHost: body.host }), now },
    });
    if (changed === undefined) throw new Error(`The booking "${uid}" went while it was held.`);
    await recordChange(tx, {
      trigger: 'BOOKING_NO_SHOW_UPDATED',
      booking: changed,
      previous: booking,
      by: toAuthor(caller),
      details: {
        ...(body.host === undefined ? {} : { noShowHost: body.host }),
        attendees: (body.attendees ?? []).map(({ email, absent }) => ({ email, noShow: absent })),
      },
    });
    return changed;
  });
}

function toMarks({ uid, attendees }: BookingRecord, wanted: NonNullable<Marks['body']['attendees']>) {
  return wanted.flatMap(({ email, absent }) => {
    const meant = attendees.filter((attendee) => attendee.email.toLowerCase() === email.toLowerCase());
    if (meant.length === 0) throw new HttpFailure(400, `Attendee with e-mail ${email} for booking with uid=${uid} not found`);
    return meant.map(({ id, absent: wasAbsent }) => ({ id, absent, wasAbsent }));
  });
}
