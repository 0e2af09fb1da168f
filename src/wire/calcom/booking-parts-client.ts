import type { Client } from '../client.ts';
import type { AddAttendee, AddGuests, AttendeeOfBooking, AttendeeWithId } from './attendees.ts';
import * as attendees from './attendees.ts';
import type { CalendarLink, MarkAbsent, NewLocation } from './booking-parts.ts';
import * as parts from './booking-parts.ts';
import type { Booking } from './bookings.ts';
import { getBooking } from './bookings.ts';
import { findInStatus, firstOf } from './reconcile.ts';
import { findAddedAttendee, findAddedGuests, findRemovedAttendee } from './reconcile-people.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Who takes part in a booking, where, and what became of it. */
export interface BookingPartsClient {
  listAttendees(uid: string, call?: Call): Promise<readonly AttendeeWithId[]>;
  getAttendee(uid: string, attendeeId: number, call?: Call): Promise<AttendeeWithId>;
  addAttendee(uid: string, body: AddAttendee, call?: Call): Promise<AttendeeOfBooking>;
  /** The attendee that was removed. */
  deleteAttendee(uid: string, attendeeId: number, call?: Call): Promise<AttendeeOfBooking>;
  addGuests(uid: string, guests: AddGuests['guests'], call?: Call): Promise<Booking>;
  markAbsent(uid: string, body: MarkAbsent, call?: Call): Promise<Booking>;
  updateBookingLocation(uid: string, location: NewLocation, call?: Call): Promise<Booking>;
  requestReschedule(uid: string, body?: { readonly rescheduleReason?: string }, call?: Call): Promise<Booking>;
  getCalendarLinks(uid: string, call?: Call): Promise<readonly CalendarLink[]>;
}

export function bookingPartsOf(client: Client): BookingPartsClient {
  const of = (bookingUid: string) => ({ params: { bookingUid } });
  return {
    async listAttendees(uid, call) {
      return (await client.call(attendees.listAttendees, of(uid), call)).data;
    },
    async getAttendee(uid, attendeeId, call) {
      return (await client.call(attendees.getAttendee, { params: { bookingUid: uid, attendeeId } }, call)).data;
    },
    async addAttendee(uid, body, call) {
      const reconcile = (signal: AbortSignal) => findAddedAttendee(client, { uid, email: body.email, signal });
      return (await client.call(attendees.addAttendee, { ...of(uid), body }, { ...call, reconcile })).data;
    },
    async deleteAttendee(uid, attendeeId, call) {
      const params = { bookingUid: uid, attendeeId };
      const [{ data: attendee }, { data: booked }] = await Promise.all([
        client.call(attendees.getAttendee, { params }, call),
        client.call(getBooking, of(uid), call),
      ]);
      const leaving = { ...attendee, bookingId: firstOf(booked).id };
      const reconcile = (signal: AbortSignal) => findRemovedAttendee(client, { uid, attendee: leaving, signal });
      return (await client.call(attendees.deleteAttendee, { params }, { ...call, reconcile })).data;
    },
    async addGuests(uid, guests, call) {
      const emails = guests.map(({ email }) => email);
      const reconcile = (signal: AbortSignal) => findAddedGuests(client, { uid, emails, signal });
      return (await client.call(attendees.addGuests, { ...of(uid), body: { guests } }, { ...call, reconcile })).data;
    },
    async markAbsent(uid, body, call) {
      return (await client.call(parts.markAbsent, { ...of(uid), body }, call)).data;
    },
    async updateBookingLocation(uid, location, call) {
      return (await client.call(parts.updateBookingLocation, { ...of(uid), body: { location } }, call)).data;
    },
    async requestReschedule(uid, body = {}, call) {
      const reconcile = (signal: AbortSignal) => findInStatus(client, { uid, status: 'cancelled', signal });
      return (await client.call(parts.requestReschedule, { ...of(uid), body }, { ...call, reconcile })).data;
    },
    async getCalendarLinks(uid, call) {
      return (await client.call(parts.getCalendarLinks, of(uid), call)).data;
    },
  };
}
