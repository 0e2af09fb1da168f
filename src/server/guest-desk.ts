import { AppError } from '../errors.ts';
import type { LinkAction, LinkGrant } from '../mail/index.ts';
import { createLinks, toOtherZoneText, toSpanText, toZoneText } from '../mail/index.ts';
import { type AttendeeRecord, type BookingRecord, getBooking } from '../store/bookings.ts';
import { getEventType } from '../store/event-types.ts';
import { readSigningSecret } from '../store/signing-secret.ts';
import { createCalcomClient } from '../wire/calcom/index.ts';
import { createService, type ServiceOptions } from './app.ts';
import { toLocationText } from './booking-location.ts';
import { lengthsOf } from './event-rules.ts';
import type { App } from './serve.ts';
import { readTimesPage } from './times-page.ts';

const MINUTE_MS = 60_000;

/** What the holder of a link sees of the meeting: words for a page. */
export interface GuestView {
  readonly action: LinkAction;
  /** Only `open` can be acted on. */
  readonly state: 'open' | 'over' | 'cancelled' | 'moved' | 'declined';
  readonly title: string;
  readonly when: string;
  /** The same on the host's clock, where it differs. */
  readonly whenForHost: string | undefined;
  readonly hosts: string;
  readonly place: string | undefined;
}

export interface GuestDay {
  /** "Wednesday, 7 September 2050" */
  readonly label: string;
  readonly times: readonly { readonly start: string; readonly label: string }[];
}

export interface GuestTimes {
  readonly days: readonly GuestDay[];
  readonly zone: string;
  /** Days to ask for instead, "2050-09-12". */
  readonly earlier: string | undefined;
  readonly later: string;
}

/** What people without an account may do with the links in their mail. Nothing here acts unless `cancel` or `move` is called. */
export interface GuestDesk {
  /** `undefined` for a token that is not ours. */
  view(token: string): Promise<GuestView | undefined>;
  /** Free times from a day on; from the first free one when no day is named. */
  times(token: string, from: string | undefined): Promise<GuestTimes>;
  /** Throws an `AppError` with a sentence for the guest. */
  cancel(token: string, reason: string): Promise<void>;
  /** Answers the meeting at its new time. */
  move(token: string, wish: { readonly start: string; readonly reason: string }): Promise<GuestView>;
}

interface Guest {
  readonly grant: LinkGrant;
  readonly booking: BookingRecord;
  readonly attendee: AttendeeRecord;
}

/** It acts through the service itself, as anybody who knows the booking's uid may: all rules hold. */
export function createGuestDesk(options: ServiceOptions): GuestDesk {
  const { store, now } = options;
  let api: App | undefined;
  // Who has a token was let in already, and behind it all guests have one address: ours.
  const fetch = (request: Request) => {
    api ??= createService({ ...options, rateLimit: 'off' });
    return api.fetch(request);
  };
  const client = createCalcomClient({ baseUrl: 'http://kalends.local', fetch, now });

  async function find(token: string): Promise<Guest | undefined> {
    const links = createLinks(await readSigningSecret(store.db, Date.now()));
    const grant = links.read(token);
    const booking = grant === undefined ? undefined : await getBooking(store.db, grant.bookingUid);
    const attendee = booking?.attendees.find(({ id }) => id === grant?.attendeeId);
    return grant === undefined || booking === undefined || attendee === undefined ? undefined : { grant, booking, attendee };
  }

  async function admit(token: string, action: LinkAction): Promise<Guest> {
    const guest = await find(token);
    if (guest === undefined) throw new AppError('forbidden', 'This link does not work.');
    if (guest.grant.action !== action) throw new AppError('forbidden', 'This link is for something else.');
    const { state } = toView(guest, now());
    if (state !== 'open') throw new AppError('conflict', CLOSED[state]);
    return guest;
  }

  return {
    async view(token) {
      const guest = await find(token);
      return guest && toView(guest, now());
    },

    async times(token, from) {
      const { booking, attendee } = await admit(token, 'reschedule');
      const { timeZone } = attendee;
      const eventType = booking.eventType === null ? undefined : await getEventType(store.db, booking.eventType.id);
      if (eventType === undefined) throw new AppError('conflict', 'This kind of meeting is not offered any more, so it cannot be moved.');
      const minutes = Math.round((booking.endAt - booking.startAt) / MINUTE_MS);
      const isChoice = eventType.options.lengthInMinutesOptions !== undefined && lengthsOf(eventType).includes(minutes);
      const wanted = { eventTypeId: eventType.id, bookingUidToReschedule: booking.uid, ...(isChoice ? { duration: minutes } : {}) };
      return readTimesPage((days) => client.getSlots({ ...wanted, ...days, timeZone }), { from, now: now(), clock: clockOf(attendee) });
    },

    async cancel(token, reason) {
      const { booking, attendee } = await admit(token, 'cancel');
      await client.cancelBooking(booking.uid, {
        ...(reason.trim() === '' ? {} : { cancellationReason: reason.trim() }),
        ...(attendee.seatUid === null ? {} : { seatUid: attendee.seatUid }),
      });
    },

    async move(token, { start, reason }) {
      const { grant, booking, attendee } = await admit(token, 'reschedule');
      const moved = await client.rescheduleBooking(booking.uid, {
        start,
        rescheduledBy: attendee.email,
        ...(reason.trim() === '' ? {} : { reschedulingReason: reason.trim() }),
        ...(attendee.seatUid === null ? {} : { seatUid: attendee.seatUid }),
      });
      const record = await getBooking(store.db, moved.uid);
      return toView({ grant, booking: record ?? booking, attendee }, now());
    },
  };
}

const CLOSED: Readonly<Record<Exclude<GuestView['state'], 'open'>, string>> = {
  over: 'This meeting is over.',
  cancelled: 'This meeting is cancelled already.',
  moved: 'This meeting was moved; a newer message has the link for it.',
  declined: 'This meeting was declined.',
};

function toView({ grant, booking, attendee }: Guest, now: number): GuestView {
  const span = { start: booking.startAt, end: booking.endAt };
  const clock = clockOf(attendee);
  const [host] = booking.hosts;
  const place = toLocationText(booking.location);
  return {
    action: grant.action,
    state: stateOf(grant, booking, now),
    title: booking.eventType?.title ?? booking.title,
    when: `${toSpanText(span, clock)}, ${toZoneText(span.start, clock.timeZone)}`,
    whenForHost: host === undefined ? undefined : toOtherZoneText(span, clock, host.timeZone),
    hosts: booking.hosts.map(({ name }) => name).join(', '),
    place: place.startsWith('integrations:') ? undefined : place,
  };
}

function stateOf({ action, expiresAt }: LinkGrant, booking: BookingRecord, now: number): GuestView['state'] {
  const isOver = now >= expiresAt || now >= booking.endAt;
  const isMoveWanted = booking.rescheduleRequested && booking.rescheduledToUid === null && action === 'reschedule';
  if (booking.status === 'cancelled' && isMoveWanted) return isOver ? 'over' : 'open';
  if (booking.status === 'cancelled') return booking.rescheduledToUid === null ? 'cancelled' : 'moved';
  if (booking.status === 'rejected') return 'declined';
  return isOver ? 'over' : 'open';
}

function clockOf({ timeZone, language }: AttendeeRecord) {
  return { timeZone, isTwelveHour: language === 'en-US' };
}
