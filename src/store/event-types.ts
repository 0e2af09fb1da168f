import type { Updateable } from 'kysely';
import type { EventTypesTable } from './database.ts';
import type { EventTypeOptions } from './event-type-options.ts';
import { json, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

const COLUMNS = [
  'event_types.id',
  'event_types.user_id as userId',
  'event_types.slug',
  'event_types.title',
  'event_types.description',
  'event_types.length_minutes as lengthMinutes',
  'event_types.hidden',
  'event_types.schedule_id as scheduleId',
  'event_types.options',
  'event_types.created_at as createdAt',
  'event_types.updated_at as updatedAt',
] as const;

export interface EventTypeRecord {
  readonly id: number;
  /** Its owner and host. */
  readonly userId: number;
  readonly slug: string;
  readonly title: string;
  readonly description: string | null;
  readonly lengthMinutes: number;
  readonly hidden: boolean;
  /** Null: the owner's default schedule. */
  readonly scheduleId: number | null;
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
  readonly now: number;
}

/** A slug the user already has breaks the constraint `event_types_slug` (see `isDuplicate`). */
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
      options: json(event.options ?? {}),
      created_at: timestamp(event.now),
      updated_at: timestamp(event.now),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function getEventType(handle: Handle, id: number): Promise<EventTypeRecord | undefined> {
  return await handle.selectFrom('event_types').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export async function findEventTypeBySlug(handle: Handle, userId: number, slug: string): Promise<EventTypeRecord | undefined> {
  return await handle.selectFrom('event_types').select(COLUMNS).where('user_id', '=', userId).where('slug', '=', slug).executeTakeFirst();
}

export interface EventTypeFilter {
  readonly userId: number;
  readonly includeHidden: boolean;
  /** By creation; by id when absent. */
  readonly sortCreatedAt?: 'asc' | 'desc';
}

export async function listEventTypes(
  handle: Handle,
  { userId, includeHidden, sortCreatedAt }: EventTypeFilter,
): Promise<readonly EventTypeRecord[]> {
  return await handle
    .selectFrom('event_types')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .$if(!includeHidden, (query) => query.where('hidden', '=', false))
    .$if(sortCreatedAt !== undefined, (query) => query.orderBy('created_at', sortCreatedAt ?? 'asc'))
    .orderBy('id', sortCreatedAt ?? 'asc')
    .execute();
}

/** Which of these event types exist. */
export async function findEventTypes(handle: Handle, ids: readonly number[]): Promise<readonly EventTypeRecord[]> {
  return ids.length === 0 ? [] : await handle.selectFrom('event_types').select(COLUMNS).where('id', 'in', ids).orderBy('id').execute();
}

export type EventTypeChanges = Partial<Omit<NewEventType, 'userId' | 'now'>>;

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
    ...(changes.options === undefined ? {} : { options: json(changes.options) }),
  };
  return await handle.updateTable('event_types').set(values).where('id', '=', id).returning(COLUMNS).executeTakeFirst();
}

/** Bookings of it stay, without an event type; `false` when there is none. */
export async function deleteEventType(handle: Handle, id: number): Promise<boolean> {
  const result = await handle.deleteFrom('event_types').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
