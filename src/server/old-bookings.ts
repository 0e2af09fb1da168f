import type { z } from 'zod';
import { markAbsent } from '../wire/calcom/booking-parts.ts';
import * as modern from '../wire/calcom/bookings.ts';
import * as endpoints from '../wire/calcom/old-bookings.ts';
import { HttpFailure } from './http-failure.ts';
import type { Relay } from './relay.ts';
import { type App, ok, type Service, serve, servePublic } from './serve.ts';
import { validate } from './validate.ts';

/** `/v2/bookings` of the API before its versions: other words for what the modern operations do. */
export function serveOldBookings(app: App, service: Service): void {
  const style = 'sentence';

  serve(app, service, endpoints.listOldBookings, {
    style,
    answer: async ({ query, relay }) => {
      const { filters = {}, limit = 10, cursor = 0 } = query;
      const { status = 'upcoming', attendeeEmail, attendeeName, afterStartDate, beforeEndDate, sortStart } = filters;
      const { data, pagination } = await relay(modern.listBookings, {
        query: {
          status,
          attendeeEmail,
          attendeeName,
          afterStart: afterStartDate,
          beforeEnd: beforeEndDate,
          sortStart,
          take: limit,
          skip: cursor,
        },
      });
      const next = cursor + data.length;
      const nextCursor = next < pagination.totalItems && data.length > 0 ? next : null;
      return ok({ bookings: data.map(toOldBooking), recurringInfo: [], totalCount: pagination.totalItems, nextCursor });
    },
  });

  servePublic(app, service, endpoints.createOldBooking, {
    style,
    bodyHint: modernHint,
    answer: async ({ body, relay }) => ok(toOldBooking(await create(body, relay))),
  });

  servePublic(app, service, endpoints.createOldSeries, {
    style,
    answer: async ({ body, relay }) => {
      const [first, ...others] = Array.isArray(body) ? body.map((item) => validate(endpoints.oldBookingBody, item, style)) : [];
      if (first === undefined) throw new HttpFailure(400, 'Body should be a list of bookings, one for each occurrence');
      const { data } = await relay(modern.createBooking, { body: { ...toCreateBody(first), recurrenceCount: others.length + 1 } });
      return ok((Array.isArray(data) ? data : [data]).map(toOldBooking));
    },
  });

  servePublic(app, service, endpoints.getOldReschedule, {
    answer: async ({ params, relay }) => ok(toOldBooking(await find(params.bookingUid, relay))),
  });

  servePublic(app, service, endpoints.cancelOldBooking, {
    style,
    answer: async ({ params, body = {}, relay }) => {
      const { uid } = await find(params.bookingUid, relay);
      const { cancellationReason, allRemainingBookings, seatReferenceUid } = body;
      const { data } = await relay(modern.cancelBooking, {
        params: { bookingUid: uid },
        body: {
          ...(cancellationReason === undefined ? {} : { cancellationReason }),
          ...(seatReferenceUid === undefined ? {} : { seatUid: seatReferenceUid }),
          ...(allRemainingBookings === true ? { cancelSubsequentBookings: true } : {}),
        },
      });
      const cancelled = one(data);
      const onlyRemovedAttendee = seatReferenceUid !== undefined && cancelled.status !== 'cancelled';
      return ok({ bookingId: cancelled.id, bookingUid: cancelled.uid, onlyRemovedAttendee });
    },
  });

  serve(app, service, endpoints.markOldNoShow, {
    answer: async ({ params, body, relay }) => {
      const { uid } = await find(params.bookingUid, relay);
      const { noShowHost, attendees } = body;
      await relay(markAbsent, {
        params: { bookingUid: uid },
        body: {
          ...(noShowHost === undefined ? {} : { host: noShowHost }),
          ...(attendees === undefined ? {} : { attendees: attendees.map(({ email, noShow }) => ({ email, absent: noShow })) }),
        },
      });
      return ok({
        message: 'No-show status updated',
        ...(noShowHost === undefined ? {} : { noShowHost }),
        ...(attendees === undefined ? {} : { attendees }),
      });
    },
  });
}

/** Modern clients that forget the version end up here. */
function modernHint(body: unknown): string | undefined {
  const isModern = modern.createBookingBody.safeParse(body).success;
  return isModern ? 'This is a body of a newer version: set the header "cal-api-version: 2024-08-13".' : undefined;
}

type OldBody = z.output<typeof endpoints.oldBookingBody>;

async function create(body: OldBody, relay: Relay): Promise<modern.Booking> {
  const { rescheduleUid } = body;
  if (rescheduleUid === undefined) return one((await relay(modern.createBooking, { body: toCreateBody(body) })).data);
  const { rescheduleReason, email } = body.responses;
  const { data } = await relay(modern.rescheduleBooking, {
    params: { bookingUid: rescheduleUid },
    body: { start: body.start, rescheduledBy: email, ...(rescheduleReason === undefined ? {} : { reschedulingReason: rescheduleReason }) },
  });
  return one(data);
}

function toCreateBody({ eventTypeId, start, responses, timeZone, language, metadata = {} }: OldBody): modern.CreateBooking {
  const { name, email, guests, location, attendeePhoneNumber, rescheduleReason: _reason, ...answers } = responses;
  const place = typeof location === 'string' ? location : location?.optionValue || location?.value;
  return {
    eventTypeId,
    start,
    attendee: {
      name: typeof name === 'string' ? name : [name.firstName, name.lastName].filter(Boolean).join(' '),
      email,
      timeZone,
      ...(language === undefined ? {} : { language }),
      ...(attendeePhoneNumber === undefined ? {} : { phoneNumber: attendeePhoneNumber }),
    },
    bookingFieldsResponses: answers,
    ...(guests === undefined ? {} : { guests }),
    ...toLocation(place),
    // What is neither text, number nor boolean the modern operation does not take.
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, isPlain(value) ? value : JSON.stringify(value)])),
  };
}

/** "integrations:daily" and the like name what the event type offers anyway. */
function toLocation(place: string | undefined): Pick<modern.CreateBooking, 'location'> {
  return place === undefined || place === '' || /^(?:integrations:|inPerson$|link$|userPhone$|phone$|attendeeInPerson$)/.test(place)
    ? {}
    : { location: place };
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

async function find(uid: string | undefined, relay: Relay): Promise<modern.Booking> {
  if (uid !== undefined && /^\d+$/.test(uid)) throw new HttpFailure(400, 'Please provide booking uid instead of booking id.');
  try {
    return one((await relay(modern.getBooking, { params: { bookingUid: uid ?? '' } })).data);
  } catch (error) {
    if (error instanceof HttpFailure && error.status === 404)
      throw new HttpFailure(404, `Booking with UID=${uid} does not exist.`, { cause: error });
    throw error;
  }
}

/** The first of a series. */
function one(data: modern.Booking | readonly modern.Booking[]): modern.Booking {
  const [first] = [data].flat();
  if (first === undefined) throw new HttpFailure(404, 'The series has no bookings.');
  return first;
}

type OldStatus = endpoints.OldBooking['status'];

function toOldBooking(booking: modern.Booking): endpoints.OldBooking {
  const [host] = booking.hosts;
  return {
    id: booking.id,
    uid: booking.uid,
    title: booking.title,
    description: booking.description ?? '',
    userPrimaryEmail: host?.email ?? null,
    startTime: booking.start,
    endTime: booking.end,
    status: booking.status.toUpperCase() as OldStatus, // the same words in capitals
    location: booking.location ?? null,
    metadata: booking.metadata ?? {},
    responses: booking.bookingFieldsResponses ?? {},
    recurringEventId: booking.recurringBookingUid ?? null,
    rescheduled: booking.rescheduledToUid != null,
    fromReschedule: booking.rescheduledFromUid ?? null,
    cancellationReason: booking.cancellationReason ?? null,
    paid: false,
    eventTypeId: booking.eventType?.id ?? null,
    eventType: booking.eventType ?? null,
    user: host === undefined ? null : { id: host.id, name: host.name, email: host.email },
    attendees: booking.attendees.map((attendee) => ({
      email: attendee.email,
      name: attendee.name,
      timeZone: attendee.timeZone,
      locale: attendee.language ?? null,
      bookingId: booking.id,
      noShow: attendee.absent ?? false,
    })),
  };
}
