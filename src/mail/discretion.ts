import type { BookingRecord } from '../store/bookings.ts';
import type { EventTypeOptions } from '../store/event-type-options.ts';
import type { Occasion, Reader } from './occasion.ts';

/** Event types of teams can say that only attendees are written to, or only hosts, or nobody. */
export function isWanted({ role }: Pick<Reader, 'role'>, { emailSettings }: EventTypeOptions): boolean {
  const { disableEmailsToHosts, disableEmailsToAttendees } = emailSettings ?? {};
  return (role === 'host' ? disableEmailsToHosts : disableEmailsToAttendees) !== true;
}

/** The occasion without the addresses of the hosts, where the event type hides them from attendees: calendars answer to `office` instead. */
export function withoutHostAddresses(
  occasion: Occasion,
  { role }: Pick<Reader, 'role'>,
  { options, office = NOBODY }: { readonly options: EventTypeOptions; readonly office: string | undefined },
): Occasion {
  if (options.hideOrganizerEmail !== true || role === 'host') return occasion;
  return inAll(occasion, (booking) => ({ ...booking, hosts: booking.hosts.map((host) => ({ ...host, email: office })) }));
}

/** The occasion as calendars are told of it, where the event type keeps notes, or all but the time, to those who take part. */
export function forCalendars(occasion: Occasion, { hideCalendarNotes, hideCalendarEventDetails }: EventTypeOptions): Occasion {
  const told = hideCalendarNotes === true ? inAll(occasion, (booking) => ({ ...booking, description: null })) : occasion;
  return hideCalendarEventDetails === true ? { ...told, isPrivate: true } : told;
}

const NOBODY = 'hidden@kalends.invalid';

function inAll(occasion: Occasion, change: (booking: BookingRecord) => BookingRecord): Occasion {
  return { ...occasion, booking: change(occasion.booking), others: occasion.others.map(change) };
}
