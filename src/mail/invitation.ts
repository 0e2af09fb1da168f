import { type CalendarAttendee, type CalendarEntry, toICalendar } from '../feeds/icalendar.ts';
import { toPlaceText } from '../feeds/place.ts';
import type { BookingRecord } from '../store/bookings.ts';
import { titleFor } from './compose.ts';
import type { LetterAction } from './letter.ts';
import type { Occasion, Reader } from './occasion.ts';
import { toCleanText, toOneLine, withoutAddresses } from './plain-text.ts';

export interface Invitation {
  readonly method: 'REQUEST' | 'CANCEL';
  /** iCalendar */
  readonly content: string;
}

/**
 * What the reader's calendar is told (RFC 5546); `undefined` when it has nothing to learn. Moves keep the UID and raise the SEQUENCE; a confirmation
 * keeps both and has a later DTSTAMP. One object is about one UID, so the meetings of a series stand in objects of their own, one after the other.
 */
export function composeInvitation(
  occasion: Occasion,
  reader: Reader,
  actionsOn: (booking: BookingRecord) => readonly LetterAction[],
): Invitation | undefined {
  const turn = turnOf(occasion, reader);
  if (turn === undefined) return undefined;
  const { booking, others } = occasion;
  const objects = [booking, ...others].map((one) => toObject({ ...occasion, booking: one }, reader, { turn, actions: actionsOn(one) }));
  return { method: turn.method, content: objects.join('') };
}

/** The objects of an invitation, each to be sent as a part of its own. */
export function splitInvitation(content: string): readonly { readonly method: string; readonly content: string }[] {
  return content
    .split(/(?<=^END:VCALENDAR\r\n)/m)
    .filter((object) => object !== '')
    .map((object) => ({ method: /^METHOD:([A-Z]+)/m.exec(object)?.[1] ?? 'REQUEST', content: object }));
}

interface Turn extends Pick<CalendarEntry, 'status'>, Pick<Invitation, 'method'> {}

const CONFIRM: Turn = { method: 'REQUEST', status: 'CONFIRMED' };
const CANCEL: Turn = { method: 'CANCEL', status: 'CANCELLED' };

function toObject(
  occasion: Occasion,
  reader: Reader,
  { turn, actions }: { readonly turn: Turn; readonly actions: readonly LetterAction[] },
): string {
  const { booking, isUnrequested } = occasion;
  const isPlain = !isUnrequested || reader.role === 'host';
  const place = toPlaceText(booking.location);
  const [organizer] = booking.hosts;
  const entry: CalendarEntry = {
    uid: uidFor(booking, reader),
    sequence: booking.icsSequence,
    stamp: occasion.at,
    start: booking.startAt,
    end: booking.endAt,
    summary: titleFor(occasion, reader),
    description: [isPlain ? toCleanText(booking.description ?? '') : '', ...actions.map(({ label, url }) => `${label}: ${url}`)]
      .filter((part) => part !== '')
      .join('\n'),
    location: place === undefined || isPlain ? place : withoutAddresses(place, 200),
    status: turn.status,
    isPrivate: occasion.isPrivate,
    organizer: { name: toOneLine(organizer?.name ?? ''), email: organizer?.email ?? '' },
    attendees: attendeesFor(occasion, reader),
  };
  return toICalendar({ method: turn.method }, [entry]);
}

/** A seat is its attendee's own entry, the same one wherever it moves; the host has one for the meeting. */
function uidFor({ icsUid }: BookingRecord, { attendee }: Reader): string {
  return attendee?.seatUid == null ? icsUid : `${attendee.seatUid}@kalends`;
}

function turnOf({ kind, booking, only }: Occasion, { role }: Reader): Turn | undefined {
  // Calendars know the meeting already, from before it was moved.
  const isKnown = booking.rescheduledFromUid !== null;
  switch (kind) {
    case 'booked':
    case 'confirmed':
    case 'moved':
    case 'changed':
      return booking.status === 'pending' ? undefined : CONFIRM;
    case 'requested':
      return isKnown ? { method: 'REQUEST', status: 'TENTATIVE' } : undefined;
    case 'declined':
      return isKnown ? CANCEL : undefined;
    case 'cancelled':
      // Some left, and for the host it takes place.
      return only !== undefined && role === 'host' && booking.status !== 'cancelled' ? CONFIRM : CANCEL;
    case 'reminder':
      return undefined;
  }
}

function attendeesFor(
  { booking, only, kind, isUnrequested }: Occasion,
  { role, email, attendee: self }: Reader,
): readonly CalendarAttendee[] {
  const isPlain = !isUnrequested || role === 'host';
  const otherHosts = booking.hosts.slice(1).map(({ name, email: address }) => ({ name: toOneLine(name), email: address, accepted: true }));
  // Who took one seat of many does not learn of the others, and who left stands alone.
  const isAlone = self !== undefined && (booking.seatsTotal !== null || (only !== undefined && kind === 'cancelled'));
  const attendees = isAlone ? [self] : booking.attendees;
  const people = attendees.map(({ name, email: address, guest }) => ({
    name: isPlain ? toOneLine(name) : withoutAddresses(name),
    email: address,
    accepted: !guest,
  }));
  // A host who gets it must stand in it, or some programs do not offer to add it.
  const host = booking.hosts.find((candidate) => role === 'host' && candidate.email === email && candidate.id === booking.hostId);
  return [...(host === undefined ? [] : [{ name: toOneLine(host.name), email: host.email, accepted: true }]), ...otherHosts, ...people];
}
