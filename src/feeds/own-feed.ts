import { createHash } from 'node:crypto';
import type { BookingRecord } from '../store/bookings.ts';
import { findFeedReader, listFeedBookings } from '../store/feeds.ts';
import type { Handle } from '../store/store.ts';
import { type CalendarEntry, toICalendar } from './icalendar.ts';
import { toPlaceText } from './place.ts';

const DAY_MS = 86_400_000;
const PAST_DAYS = 90;
const MAXIMUM_ENTRIES = 5000;

export interface OwnFeed {
  /** iCalendar */
  readonly body: string;
  /** Changes exactly when the body does. */
  readonly etag: string;
}

/** The private feed of a user's meetings, of the last three months and to come; `undefined` for a token that opens none. */
export async function readOwnFeed(handle: Handle, token: string, now: number): Promise<OwnFeed | undefined> {
  const reader = await findFeedReader(handle, token);
  if (reader === undefined) return undefined;
  const bookings = await listFeedBookings(handle, reader, { from: now - PAST_DAYS * DAY_MS, limit: MAXIMUM_ENTRIES });
  const head = { method: 'PUBLISH', name: `Kalends: ${reader.name}`, refreshMinutes: 15 } as const;
  const seen = new Set<string>();
  const entries = bookings.map((booking) => {
    // One entry per UID: programs would take a second one for a new version of the first.
    const uid = seen.has(booking.icsUid) ? `${booking.uid}@kalends` : booking.icsUid;
    seen.add(uid);
    return toEntry(booking, uid, reader.userId);
  });
  const body = toICalendar(head, entries);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}

function toEntry(booking: BookingRecord, uid: string, readerId: number): CalendarEntry {
  const [organizer] = booking.hosts;
  const isHost = booking.hosts.some(({ id }) => id === readerId);
  // Who took one seat of many does not learn of the others.
  const attendees = booking.seatsTotal !== null && !isHost ? [] : booking.attendees;
  return {
    uid,
    sequence: booking.icsSequence,
    // Of the version, not of the moment: an unchanged feed stays the same to the byte.
    stamp: booking.updatedAt,
    start: booking.startAt,
    end: booking.endAt,
    summary: booking.title,
    description: booking.description ?? undefined,
    location: toPlaceText(booking.location),
    status: booking.status === 'accepted' ? 'CONFIRMED' : 'TENTATIVE',
    organizer: { name: organizer?.name ?? '', email: organizer?.email ?? '' },
    attendees: attendees.map(({ name, email, guest }) => ({ name, email, accepted: !guest })),
  };
}
