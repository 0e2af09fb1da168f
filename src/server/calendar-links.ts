import { type CalendarEntry, toICalendar } from '../feeds/icalendar.ts';
import { toPlaceText } from '../feeds/place.ts';
import { toIsoUtc } from '../scheduling/index.ts';
import type { BookingRecord } from '../store/bookings.ts';
import type { CalendarLink } from '../wire/calcom/booking-parts.ts';

/** Links that put a booking into the calendars people use; each opens a form that is filled in, and the last one is the entry itself. */
export function toCalendarLinks(booking: BookingRecord, now: number): readonly CalendarLink[] {
  const description = booking.description ?? '';
  const location = toPlaceText(booking.location) ?? '';
  const outlook = {
    path: '/calendar/action/compose',
    rru: 'addevent',
    startdt: toIsoUtc(booking.startAt),
    enddt: toIsoUtc(booking.endAt),
    subject: booking.title,
    body: description,
    location,
  };
  const google = {
    action: 'TEMPLATE',
    dates: `${toBasicUtc(booking.startAt)}/${toBasicUtc(booking.endAt)}`,
    text: booking.title,
    details: description,
    location,
  };
  return [
    { label: 'Google Calendar', link: toLink('https://calendar.google.com/calendar/render', google) },
    { label: 'Microsoft Office', link: toLink('https://outlook.office.com/calendar/0/deeplink/compose', outlook) },
    { label: 'Microsoft Outlook', link: toLink('https://outlook.live.com/calendar/0/deeplink/compose', outlook) },
    {
      label: 'ICS',
      link: `data:text/calendar;charset=utf-8,${encodeURIComponent(toICalendar({ method: 'PUBLISH' }, [toEntry(booking, now)]))}`,
    },
  ];
}

/** What is empty is left out; blanks are `%20`, for these forms show a `+` as it is. */
function toLink(address: string, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return `${address}?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

/** "20500905T070000Z" */
function toBasicUtc(instant: number): string {
  return toIsoUtc(instant).replace(/\.\d+/, '').replace(/[-:]/g, '');
}

const STATUSES: Readonly<Record<BookingRecord['status'], CalendarEntry['status']>> = {
  accepted: 'CONFIRMED',
  pending: 'TENTATIVE',
  awaiting_host: 'TENTATIVE',
  cancelled: 'CANCELLED',
  rejected: 'CANCELLED',
};

function toEntry(booking: BookingRecord, now: number): CalendarEntry {
  const [organizer] = booking.hosts;
  return {
    uid: booking.icsUid,
    sequence: booking.icsSequence,
    stamp: now,
    start: booking.startAt,
    end: booking.endAt,
    summary: booking.title,
    description: booking.description ?? undefined,
    location: toPlaceText(booking.location),
    status: STATUSES[booking.status],
    organizer: { name: organizer?.name ?? '', email: organizer?.email ?? '' },
    attendees: booking.attendees.map(({ name, email, guest }) => ({ name, email, accepted: !guest })),
  };
}
