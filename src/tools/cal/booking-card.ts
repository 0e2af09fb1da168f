import type { Card, CardField, CardItem, CardStatus } from '../../toolkit/card.ts';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { toCardTime } from '../moment.ts';
import type { CalContext } from './fields.ts';

const STATUS: Readonly<Record<Booking['status'], CardStatus>> = {
  accepted: { text: 'Booked', tone: 'good' },
  pending: { text: 'Awaiting confirmation', tone: 'warning' },
  cancelled: { text: 'Cancelled', tone: 'bad' },
  rejected: { text: 'Declined', tone: 'bad' },
  awaiting_host: { text: 'Waiting for a host', tone: 'warning' },
};

/** The card of a booking that was just made or changed: its people would have been written to. */
export function toChangedCard(booking: Booking, { timeZone, clients }: CalContext): Card {
  const note = clients.invitationNotice;
  return { ...toBookingCard(booking, timeZone), ...(note === undefined ? {} : { note }) };
}

/** One booking in the reader's zone, and in the first attendee's where that is another. */
export function toBookingCard(booking: Booking, timeZone: string): Card {
  const moved = booking.rescheduledToUid ? { text: 'Moved', tone: 'neutral' as const } : undefined;
  return {
    kind: 'booking',
    title: booking.title,
    status: moved ?? STATUS[booking.status],
    time: toCardTime(spanOf(booking), { timeZone, otherZone: booking.attendees[0]?.timeZone }),
    fields: bookingFields(booking),
  };
}

export function bookingFields(booking: Booking): CardField[] {
  const reason = booking.cancellationReason;
  const notes = booking.bookingFieldsResponses?.notes;
  return [
    { label: 'With', value: peopleOf(booking) },
    { label: 'Duration', value: `${booking.duration} min` },
    ...(booking.eventType ? [{ label: 'Event type', value: booking.eventType.slug }] : []),
    ...whereField(booking),
    ...(typeof notes === 'string' && notes !== '' ? [{ label: 'Notes', value: notes }] : []),
    ...(booking.guests && booking.guests.length > 0 ? [{ label: 'Guests', value: booking.guests.join(', ') }] : []),
    ...(reason ? [{ label: 'Reason', value: reason }] : []),
    { label: 'Id', value: booking.uid },
  ];
}

function whereField({ location, status }: Booking): CardField[] {
  if (!location) return [];
  if (location === 'integrations:whereby-video') {
    return status === 'accepted' ? [{ label: 'Where', value: 'Video room; its link follows' }] : [{ label: 'Where', value: 'Video room' }];
  }
  return location.startsWith('integrations:') ? [] : [{ label: 'Where', value: location }];
}

export function toBookingItem(booking: Booking, timeZone: string): CardItem {
  return {
    title: booking.title,
    time: toCardTime(spanOf(booking), { timeZone }).label,
    detail: peopleOf(booking),
    status: booking.rescheduledToUid ? { text: 'Moved', tone: 'neutral' } : STATUS[booking.status],
    ref: booking.uid,
  };
}

export function spanOf(booking: Pick<Booking, 'start' | 'end'>): { readonly start: number; readonly end: number } {
  return { start: Date.parse(booking.start), end: Date.parse(booking.end) };
}

function peopleOf(booking: Booking): string {
  const people = booking.attendees.map(({ name, email }) => (email === '' ? name : `${name} (${email})`));
  return people.join(', ').replace(/\s+/g, ' ') || 'nobody yet';
}
