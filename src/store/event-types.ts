import type { Updateable } from 'kysely';
import type { EventTypesTable } from './database.ts';
import type { EventTypeOptions } from './event-type-options.ts';
import { json, timestamp } from './sql-values.ts';
import { defineStatement, takePrefixed, toIdArray, toSelection } from './statement.ts';
import type { Handle } from './store.ts';
import type { SchedulingType } from './team-tables.ts';
import { USER_COLUMNS, type UserRecord } from './users.ts';

export const EVENT_TYPE_COLUMNS = [
  'event_types.id',
  'event_types.user_id as userId',
  'event_types.slug',
  'event_types.title',
  'event_types.description',
  'event_types.length_minutes as lengthMinutes',
  'event_types.hidden',
  'event_types.schedule_id as scheduleId',
  'event_types.team_id as teamId',
  'event_types.scheduling_type as schedulingType',
  'event_types.assign_all_members as assignAllMembers',
  'event_types.options',
  'event_types.created_at as createdAt',
  'event_types.updated_at as updatedAt',
] as const;

export interface EventTypeRecord {
  readonly id: number;
  /** Its owner and host; of a team's event type the member who made it. */
  readonly userId: number;
  readonly slug: string;
  readonly title: string;
  readonly description: string | null;
  readonly lengthMinutes: number;
  readonly hidden: boolean;
  /** Null: the owner's default schedule. */
  readonly scheduleId: number | null;
  /** Null: the owner's own. A team's event type has the hosts of `listEventTypeHosts`. */
  readonly teamId: number | null;
  readonly schedulingType: SchedulingType | null;
  /** Whoever joins the team becomes a host. */
  readonly assignAllMembers: boolean;
  readonly options: EventTypeOptions;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewEventType {
  readonly userId: number;
  readonly slug: string;
  readonly title: string;
  readonly description?: string | null;
  readonly lengthMinutes: number;
  readonly hidden?: boolean;
  readonly scheduleId?: number | null;
  readonly options?: EventTypeOptions;
  /** Makes it an event type of a team. */
  readonly team?: NewTeamPart;
  readonly now: number;
}

export interface NewTeamPart {
  readonly teamId: number;
  readonly schedulingType: SchedulingType;
  readonly assignAllMembers: boolean;
}

/** A slug the user already has breaks the constraint `event_types_slug`, one the team has `event_types_team_slug` (see `isDuplicate`). */
export async function createEventType(handle: Handle, event: NewEventType): Promise<EventTypeRecord> {
  return await handle
    .insertInto('event_types')
    .values({
      user_id: event.userId,
      slug: event.slug,
      title: event.title,
      description: event.description ?? null,
      length_minutes: event.lengthMinutes,
      hidden: event.hidden ?? false,
      schedule_id: event.scheduleId ?? null,
      team_id: event.team?.teamId ?? null,
      scheduling_type: event.team?.schedulingType ?? null,
      assign_all_members: event.team?.assignAllMembers ?? false,
      options: json(event.options ?? {}),
      created_at: timestamp(event.now),
      updated_at: timestamp(event.now),
    })
    .returning(EVENT_TYPE_COLUMNS)
    .executeTakeFirstOrThrow();
}

const selectEventType = defineStatement<EventTypeRecord>(`select ${toSelection(EVENT_TYPE_COLUMNS)} from event_types where id = $1`);

export async function getEventType(handle: Handle, id: number): Promise<EventTypeRecord | undefined> {
  return (await selectEventType(handle, id))[0];
}

export interface OwnedEventType {
  readonly eventType: EventTypeRecord;
  readonly owner: UserRecord;
}

const selectOwned = defineStatement<{ readonly [column: string]: unknown }>(
  `select ${toSelection(EVENT_TYPE_COLUMNS, 'event_')}, ${toSelection(USER_COLUMNS, 'owner_')} from event_types join users on users.id = event_types.user_id
  where event_types.id = $1`,
);

/** An event type and whoever owns it, in one round trip. */
export async function getOwnedEventType(handle: Handle, id: number): Promise<OwnedEventType | undefined> {
  const [row] = await selectOwned(handle, id);
  return row && { eventType: takePrefixed(row, 'event_'), owner: takePrefixed(row, 'owner_') };
}

export async function findEventTypeBySlug(handle: Handle, userId: number, slug: string): Promise<EventTypeRecord | undefined> {
  return await handle
    .selectFrom('event_types')
    .select(EVENT_TYPE_COLUMNS)
    .where('user_id', '=', userId)
    .where('slug', '=', slug)
    .where('team_id', 'is', null)
    .executeTakeFirst();
}

export interface EventTypeFilter {
  readonly userId: number;
  readonly includeHidden: boolean;
  /** By creation; by id when absent. */
  readonly sortCreatedAt?: 'asc' | 'desc';
}

/** Those of the user himself; a team's are `listTeamEventTypes`. */
export async function listEventTypes(
  handle: Handle,
  { userId, includeHidden, sortCreatedAt }: EventTypeFilter,
): Promise<readonly EventTypeRecord[]> {
  return await handle
    .selectFrom('event_types')
    .select(EVENT_TYPE_COLUMNS)
    .where('user_id', '=', userId)
    .where('team_id', 'is', null)
    .$if(!includeHidden, (query) => query.where('hidden', '=', false))
    .$if(sortCreatedAt !== undefined, (query) => query.orderBy('created_at', sortCreatedAt ?? 'asc'))
    .orderBy('id', sortCreatedAt ?? 'asc')
    .execute();
}

export interface TeamEventTypeFilter {
  readonly teamId: number;
  readonly slug?: string;
  readonly sortCreatedAt?: 'asc' | 'desc';
}

export async function listTeamEventTypes(
  handle: Handle,
  { teamId, slug, sortCreatedAt }: TeamEventTypeFilter,
): Promise<readonly EventTypeRecord[]> {
  return await handle
    .selectFrom('event_types')
    .select(EVENT_TYPE_COLUMNS)
    .where('team_id', '=', teamId)
    .$if(slug !== undefined, (query) => query.where('slug', '=', slug ?? ''))
    .$if(sortCreatedAt !== undefined, (query) => query.orderBy('created_at', sortCreatedAt ?? 'asc'))
    .orderBy('id', sortCreatedAt ?? 'asc')
    .execute();
}

/** Which of these event types exist. */
export async function findEventTypes(handle: Handle, ids: readonly number[]): Promise<readonly EventTypeRecord[]> {
  return ids.length === 0 ? [] : await selectEventTypes(handle, toIdArray(ids));
}

const selectEventTypes = defineStatement<EventTypeRecord>(
  `select ${toSelection(EVENT_TYPE_COLUMNS)} from event_types where id = any ($1::integer[]) order by id`,
);

export type EventTypeChanges = Partial<Omit<NewEventType, 'userId' | 'team' | 'now'>> & {
  readonly schedulingType?: SchedulingType;
  readonly assignAllMembers?: boolean;
};

/** Changes what is given; `options` replaces the whole document. `undefined` when there is no such event type. */
export async function updateEventType(
  handle: Handle,
  id: number,
  { now, ...changes }: EventTypeChanges & { readonly now: number },
): Promise<EventTypeRecord | undefined> {
  const values: Updateable<EventTypesTable> = {
    updated_at: timestamp(now),
    ...(changes.slug === undefined ? {} : { slug: changes.slug }),
    ...(changes.title === undefined ? {} : { title: changes.title }),
    ...(changes.description === undefined ? {} : { description: changes.description }),
    ...(changes.lengthMinutes === undefined ? {} : { length_minutes: changes.lengthMinutes }),
    ...(changes.hidden === undefined ? {} : { hidden: changes.hidden }),
    ...(changes.scheduleId === undefined ? {} : { schedule_id: changes.scheduleId }),
    ...(changes.schedulingType === undefined ? {} : { scheduling_type: changes.schedulingType }),
    ...(changes.assignAllMembers === undefined ? {} : { assign_all_members: changes.assignAllMembers }),
    ...(changes.options === undefined ? {} : { options: json(changes.options) }),
  };
  return await handle.updateTable('event_types').set(values).where('id', '=', id).returning(EVENT_TYPE_COLUMNS).executeTakeFirst();
}

/** Bookings of it stay, without an event type; `false` when there is none. */
export async function deleteEventType(handle: Handle, id: number): Promise<boolean> {
  const result = await handle.deleteFrom('event_types').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
