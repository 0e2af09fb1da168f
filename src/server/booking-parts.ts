import { toIsoUtc } from '../scheduling/index.ts';
import * as endpoints from '../wire/calcom/booking-parts.ts';
import { readAsHost, readAsParticipant } from './booking-access.ts';
import { toBooking } from './booking-output.ts';
import { toCalendarLinks } from './calendar-links.ts';
import { changeLocation } from './change-location.ts';
import { HttpFailure } from './http-failure.ts';
import { markAbsences } from './mark-absent.ts';
import { requestReschedule } from './request-reschedule.ts';
import { type App, ok, type Service, serve } from './serve.ts';

/** What hangs on a booking under `/v2/bookings/{bookingUid}/…`, its attendees apart. */
export function serveBookingParts(app: App, service: Service): void {
  const { store, now } = service;
  const style = 'sentence';

  serve(app, service, endpoints.markAbsent, {
    style,
    answer: async ({ caller, params, body }) => ok(toBooking(await markAbsences(service, { uid: params.bookingUid ?? '', body, caller }))),
  });

  serve(app, service, endpoints.updateBookingLocation, {
    style,
    answer: async ({ caller, params, body }) =>
      ok(toBooking(await changeLocation(service, { uid: params.bookingUid ?? '', location: body.location, caller }))),
  });

  serve(app, service, endpoints.requestReschedule, {
    style,
    answer: async ({ caller, params, body = {} }) =>
      ok(toBooking(await requestReschedule(service, { uid: params.bookingUid ?? '', body, caller }))),
  });

  serve(app, service, endpoints.getCalendarLinks, {
    answer: async ({ caller, params }) => {
      const { bookingUid: uid = '' } = params;
      const booking = await readAsParticipant(store.db, { uid, caller, missing: `Booking with uid ${uid} not found` });
      if (booking.eventType === null) throw new HttpFailure(400, `Booking with uid ${uid} has no event type`);
      return ok([...toCalendarLinks(booking, now())]);
    },
  });

  // Bookings are written into no calendar or conferencing app elsewhere, and video calls of this service leave no trace of their own.
  for (const endpoint of [
    endpoints.getBookingReferences,
    endpoints.getBookingRecordings,
    endpoints.getBookingTranscripts,
    endpoints.getConferencingSessions,
  ] as const) {
    serve(app, service, endpoint, {
      answer: async ({ caller, params }) => {
        await readAsHost(store.db, { uid: params.bookingUid ?? '', caller });
        return ok([]);
      },
    });
  }

  serve(app, service, endpoints.getRoutingTrace, {
    answer: async ({ caller, params }) => {
      const booking = await readAsHost(store.db, { uid: params.bookingUid ?? '', caller });
      const message = `Booked ${booking.eventType === null ? 'directly' : `"${booking.eventType.slug}" directly`} for ${toIsoUtc(booking.startAt)}: no routing form took part.`;
      return ok({ steps: [{ message, round: 1, domain: 'booking' }], groups: [], formSubmission: null });
    },
  });
}
