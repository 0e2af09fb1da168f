import { type EventTypeRecord, findEventTypeBySlug, getOwnedEventType, listTeamEventTypes } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import { findTeamBySlug } from '../store/teams.ts';
import { findUserByUsername, type UserRecord } from '../store/users.ts';
import type { CreateBooking } from '../wire/calcom/bookings.ts';
import type { Caller } from './authenticate.ts';
import { enabled } from './event-rules.ts';
import { type Hosting, managesEventType, readHosting } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';

export interface BookingTarget {
  readonly eventType: EventTypeRecord;
  readonly hosting: Hosting;
  /** The caller is a host, or an admin of the team. */
  readonly isHost: boolean;
}

type Naming = Pick<CreateBooking, 'eventTypeId' | 'eventTypeSlug' | 'username' | 'teamSlug' | 'organizationSlug'>;

/** The event type a booking names, by id or by slug and owner. */
export async function findTarget(handle: Handle, named: Naming, caller: Caller | undefined): Promise<BookingTarget> {
  const { eventType, owner } = await findEventType(handle, named);
  const hosting = await readHosting(handle, eventType, owner);
  const target = { eventType, hosting, isHost: await managesEventType(handle, { eventType, hosting }, caller) };
  checkAuthentication(target, caller);
  checkHosted(eventType, hosting);
  return target;
}

export function checkHosted({ id, teamId }: EventTypeRecord, { hosts }: Hosting): void {
  if (hosts.length > 0) return;
  if (teamId === null) throw new HttpFailure(404, `Event type with id ${id} not found.`);
  throw new HttpFailure(
    422,
    `Can't book this team event type because it has no hosts. Please, add at least 1 host to event type with id=${id} belonging to team with id=${teamId} and try again.`,
  );
}

async function findEventType(handle: Handle, named: Naming): Promise<Pick<BookingTarget, 'eventType'> & { readonly owner?: UserRecord }> {
  const { eventTypeId, eventTypeSlug: slug, username, teamSlug, organizationSlug } = named;
  if (eventTypeId !== undefined) {
    const byId = await getOwnedEventType(handle, eventTypeId);
    if (byId === undefined) throw new HttpFailure(404, `Event type with id ${eventTypeId} not found.`);
    return byId;
  }
  if (slug !== undefined && username !== undefined) {
    const user = await findUserByUsername(handle, username);
    if (user === undefined || user.disabledAt !== null) throw new HttpFailure(404, `User with username ${username} not found`);
    const within = organizationSlug === undefined ? '' : ` within organization ${organizationSlug}`;
    const bySlug = within === '' ? await findEventTypeBySlug(handle, user.id, slug) : undefined;
    if (bySlug === undefined) throw new HttpFailure(404, `Event type with slug ${slug} belonging to user ${username}${within} not found.`);
    return { eventType: bySlug, owner: user };
  }
  if (slug !== undefined && teamSlug !== undefined) {
    const team = await findTeamBySlug(handle, teamSlug);
    if (team === undefined) throw new HttpFailure(404, `Team with slug ${teamSlug} not found`);
    const within = organizationSlug === undefined ? '' : ` within organization ${organizationSlug}`;
    const [ofTeam] = within === '' ? await listTeamEventTypes(handle, { teamId: team.id, slug }) : [];
    if (ofTeam === undefined) throw new HttpFailure(404, `Event type with slug ${slug} belonging to team ${teamSlug}${within} not found.`);
    return { eventType: ofTeam };
  }
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
}

/** Refuses a series of what does not recur, and what this service does not book yet: instant bookings. */
export function checkBookable({ eventType }: BookingTarget, wishes: SpecialWishes): void {
  const recurrence = enabled(eventType.options.recurrence);
  if (wishes.recurrenceCount !== undefined && recurrence === undefined) {
    throw new HttpFailure(404, `Event type with id=${eventType.id} is not a recurring event`);
  }
  if ((wishes.recurrenceCount ?? 0) > (recurrence?.occurrences ?? 0)) {
    throw new HttpFailure(400, "Provided recurrence count is higher than the event type's recurring event count.");
  }
  if (wishes.instant === true) {
    throw new HttpFailure(501, 'Instant booking is not supported yet. Leave "instant" out and choose a start.');
  }
}
