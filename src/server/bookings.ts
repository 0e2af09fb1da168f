import type { z } from 'zod';
import { findEventTypes } from '../store/event-types.ts';
import { type BookingFilter, type BookingSort, listBookings } from '../store/list-bookings.ts';
import { toPagination } from '../store/pagination.ts';
import { findBookingBySeat } from '../store/seats.ts';
import * as endpoints from '../wire/calcom/bookings.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import type { Caller } from './authenticate.ts';
import { book } from './book.ts';
import { oneBooking, toAnswer } from './booked.ts';
import { cancel } from './cancel-booking.ts';
import { confirm, decline, readBooked } from './change-booking.ts';
import { HttpFailure } from './http-failure.ts';
import { reschedule } from './reschedule.ts';
import { type App, ok, type Service, serve, servePublic } from './serve.ts';

/** `/v2/bookings` */
export function serveBookings(app: App, service: Service): void {
  const { store, now } = service;
  const style = 'sentence';

  servePublic(app, service, endpoints.createBooking, {
    style,
    answer: async ({ caller, body, attempt }) => {
      const made = await toAnswer(service, await book(service, { body, caller, attempt: attempt() }), caller);
      const asCreated = (booking: endpoints.Booking) => ({ ...booking, isPlatformManagedUserBooking: false });
      return ok(Array.isArray(made) ? made.map(asCreated) : asCreated(made));
    },
  });

  serve(app, service, endpoints.listBookings, {
    style,
    answer: async ({ caller, query = {} }) => {
      const { take = 100, skip = 0, eventTypeId, eventTypeIds } = query;
      const ids = eventTypeId === undefined ? eventTypeIds : [...(eventTypeIds ?? []), eventTypeId];
      await checkEventTypes(service, ids);
      const teamIds = query.teamId === undefined ? query.teamsIds : [...(query.teamsIds ?? []), query.teamId];
      const filter = {
        ...toFilter(query, caller, now()),
        ...(ids === undefined ? {} : { eventTypeIds: ids }),
        ...(teamIds === undefined ? {} : { teamIds }),
        take,
        skip,
      };
      return await answerPage(service, filter, caller);
    },
  });

  servePublic(app, service, endpoints.getBooking, {
    answer: async ({ caller, params }) => ok(await toAnswer(service, await readBooked(store.db, params.bookingUid ?? ''), caller)),
  });

  servePublic(app, service, endpoints.getBookingBySeat, {
    answer: async ({ caller, params: { seatUid = '' } }) => {
      const booking = await findBookingBySeat(store.db, seatUid);
      if (booking === undefined) throw new HttpFailure(404, `Booking with seatUid=${seatUid} was not found in the database`);
      return ok(await toAnswer(service, oneBooking(booking, seatUid), caller));
    },
  });

  servePublic(app, service, endpoints.rescheduleBooking, {
    style,
    aliases: { rescheduleReason: 'reschedulingReason' },
    answer: async ({ caller, params, body, attempt }) =>
      ok(await toAnswer(service, await reschedule(service, { uid: params.bookingUid ?? '', body, caller, attempt: attempt() }), caller)),
  });

  servePublic(app, service, endpoints.cancelBooking, {
    style,
    answer: async ({ caller, params, body = {}, attempt }) =>
      ok(await toAnswer(service, await cancel(service, { uid: params.bookingUid ?? '', body, caller, attempt: attempt() }), caller)),
  });

  serve(app, service, endpoints.confirmBooking, {
    answer: async ({ caller, params, body, attempt }) =>
      ok(await toAnswer(service, await confirm(service, { uid: params.bookingUid ?? '', body, caller, attempt: attempt() }), caller)),
  });

  serve(app, service, endpoints.declineBooking, {
    answer: async ({ caller, params, body = {}, attempt }) =>
      ok(await toAnswer(service, await decline(service, { uid: params.bookingUid ?? '', body, caller, attempt: attempt() }), caller)),
  });
}

/** A page of bookings, of seated ones with what the caller may see. */
export async function answerPage(service: Service, filter: BookingFilter, caller: Caller) {
  const { take, skip } = filter;
  const { bookings, totalItems } = await listBookings(service.store.db, filter);
  const answers = await Promise.all(bookings.map((booking) => toAnswer(service, oneBooking(booking), caller)));
  const pagination = toPagination({ totalItems, returnedItems: bookings.length, take, skip });
  return { ...ok(answers.flat()), pagination };
}

async function checkEventTypes({ store }: Service, ids: readonly number[] | undefined): Promise<void> {
  if (ids === undefined) return;
  const found = await findEventTypes(store.db, ids);
  if (found.length < new Set(ids).size) throw new HttpFailure(400, 'The requested event-types do not exist.');
}

type Query = NonNullable<z.output<typeof endpoints.listBookings.query>>;

export function toFilter(query: Query, caller: Caller, now: number): Omit<BookingFilter, 'take' | 'skip'> {
  const { status, attendeeEmail, attendeeName, bookingUid } = query;
  const sort = toSort(query);
  return {
    viewer: { userId: caller.id, email: caller.email },
    now,
    ...(status === undefined ? {} : { statuses: status }),
    // A "+" that nobody escaped arrives as a space.
    ...(attendeeEmail === undefined ? {} : { attendeeEmail: attendeeEmail.trim().replaceAll(' ', '+') }),
    ...(attendeeName === undefined ? {} : { attendeeName: attendeeName.trim() }),
    ...(bookingUid === undefined ? {} : { bookingUid }),
    ...bound('afterStart', query.afterStart),
    ...bound('beforeEnd', query.beforeEnd),
    ...bound('afterCreatedAt', query.afterCreatedAt),
    ...bound('beforeCreatedAt', query.beforeCreatedAt),
    ...bound('afterUpdatedAt', query.afterUpdatedAt),
    ...bound('beforeUpdatedAt', query.beforeUpdatedAt),
    ...(sort === undefined ? {} : { sort }),
  };
}

function bound<Name extends string>(name: Name, text: string | undefined): { [Key in Name]?: number } {
  const instant = text === undefined ? undefined : parseInstant(text);
  // A computed key widens to an index signature; the object has this one member or none.
  return (instant === undefined ? {} : { [name]: instant }) as { [Key in Name]?: number };
}

/** Only the first that is given counts. */
function toSort({ sortStart, sortEnd, sortCreated, sortUpdatedAt }: Query): BookingSort | undefined {
  if (sortStart !== undefined) return { by: 'start', direction: sortStart };
  if (sortEnd !== undefined) return { by: 'end', direction: sortEnd };
  if (sortCreated !== undefined) return { by: 'created', direction: sortCreated };
  if (sortUpdatedAt !== undefined) return { by: 'updated', direction: sortUpdatedAt };
  return undefined;
}
