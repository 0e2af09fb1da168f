import { type EventTypeRecord, findEventTypeBySlug, getEventType } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import { findUserByUsername, getUser, type UserRecord } from '../store/users.ts';
import type { CreateBooking } from '../wire/calcom/bookings.ts';
import type { Caller } from './authenticate.ts';
import { enabled } from './event-rules.ts';
import { HttpFailure } from './http-failure.ts';

export interface BookingTarget {
  readonly eventType: EventTypeRecord;
  readonly host: UserRecord;
  /** The caller is the host. */
  readonly isHost: boolean;
}

type Naming = Pick<CreateBooking, 'eventTypeId' | 'eventTypeSlug' | 'username' | 'teamSlug' | 'organizationSlug'>;

/** The event type a booking names, by id or by slug and owner. */
export async function findTarget(handle: Handle, named: Naming, caller: Caller | undefined): Promise<BookingTarget> {
  const eventType = await findEventType(handle, named);
  const host = await getUser(handle, eventType.userId);
  if (host === undefined || host.disabledAt !== null) throw new HttpFailure(404, `Event type with id ${eventType.id} not found.`);
  const target = { eventType, host, isHost: caller?.id === host.id };
  checkAuthentication(target, caller);
  return target;
}

async function findEventType(handle: Handle, named: Naming): Promise<EventTypeRecord> {
  const { eventTypeId, eventTypeSlug: slug, username, teamSlug, organizationSlug } = named;
  if (eventTypeId !== undefined) {
    const byId = await getEventType(handle, eventTypeId);
    if (byId === undefined) throw new HttpFailure(404, `Event type with id ${eventTypeId} not found.`);
    return byId;
  }
  if (slug !== undefined && username !== undefined) {
    const user = await findUserByUsername(handle, username);
    if (user === undefined || user.disabledAt !== null) throw new HttpFailure(404, `User with username ${username} not found`);
    const within = organizationSlug === undefined ? '' : ` within organization ${organizationSlug}`;
    const bySlug = within === '' ? await findEventTypeBySlug(handle, user.id, slug) : undefined;
    if (bySlug === undefined) throw new HttpFailure(404, `Event type with slug ${slug} belonging to user ${username}${within} not found.`);
    return bySlug;
  }
  if (slug !== undefined && teamSlug !== undefined) throw new HttpFailure(404, `Team with slug ${teamSlug} not found`);
  throw new HttpFailure(400, 'Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided');
}

function checkAuthentication({ eventType, isHost }: BookingTarget, caller: Caller | undefined): void {
  if (eventType.options.bookingRequiresAuthentication !== true || isHost) return;
  throw caller === undefined
    ? new HttpFailure(
        401,
        'checkBookingRequiresAuthentication - request must be authenticated by passing credentials belonging to event type owner, host or team or org admin or owner.',
      )
    : new HttpFailure(
        403,
        'checkBookingRequiresAuthentication - user is not authorized to access this event type. User has to be either event type owner, host, team admin or owner or org admin or owner.',
      );
}

interface SpecialWishes {
  readonly recurrenceCount?: number | undefined;
  readonly instant?: true | undefined;
  readonly overrideAvailability?: boolean | undefined;
  readonly allowConflicts?: boolean | undefined;
  readonly allowBookingOutOfBounds?: boolean | undefined;
}

/** Refuses what this service stores but does not book yet: series, seats, instant bookings, bookings that override availability. */
export function checkBookable({ eventType, isHost }: BookingTarget, wishes: SpecialWishes): void {
  const recurrence = enabled(eventType.options.recurrence);
  if (wishes.recurrenceCount !== undefined && recurrence === undefined) {
    throw new HttpFailure(404, `Event type with id=${eventType.id} is not a recurring event`);
  }
  if ((wishes.recurrenceCount ?? 0) > (recurrence?.occurrences ?? 0)) {
    throw new HttpFailure(400, "Provided recurrence count is higher than the event type's recurring event count.");
  }
  if (wishes.overrideAvailability === true && !isHost) {
    throw new HttpFailure(
      403,
      'overrideAvailability is only permitted when authenticated as the event type owner or host, or as a team or organization administrator.',
    );
  }
  if (recurrence !== undefined) throw unsupported('Booking a recurring event type', 'Switch "recurrence" off to book single meetings.');
  if (enabled(eventType.options.seats) !== undefined) throw unsupported('Booking a seat', 'Switch "seats" off to book single meetings.');
  if (wishes.instant === true) throw unsupported('Instant booking', 'Leave "instant" out and choose a start.');
  const override = (['overrideAvailability', 'allowConflicts', 'allowBookingOutOfBounds'] as const).find((name) => wishes[name] === true);
  if (override !== undefined) throw unsupported(`"${override}"`, 'Leave it out and choose a free time.');
}

function unsupported(what: string, instead: string): HttpFailure {
  return new HttpFailure(501, `${what} is not supported yet. ${instead}`);
}
