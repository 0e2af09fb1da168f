import { sql } from 'kysely';
import type { Handle, Transaction } from './store.ts';

/** A host of a team's event type. */
export interface EventTypeHostRecord {
  readonly userId: number;
  /** Of a round robin: takes part in every booking instead of in turn. */
  readonly mandatory: boolean;
  /** 0 (lowest) to 4 (highest) */
  readonly priority: number;
  /** Standing bookings that came to this host in turn, and what a late joiner was credited. */
  readonly assigned: number;
  /** The turn this host was chosen in last; 0 for never. */
  readonly lastAssigned: number;
}

/** The hosts of a team's event type who are not disabled, by their id. */
export async function listEventTypeHosts(handle: Handle, eventTypeId: number): Promise<readonly EventTypeHostRecord[]> {
  return await handle
    .selectFrom('event_type_hosts')
    .innerJoin('users', 'users.id', 'event_type_hosts.user_id')
    .select(['user_id as userId', 'mandatory', 'priority', 'assigned', 'last_assigned as lastAssigned'])
    .where('event_type_id', '=', eventTypeId)
    .where('users.disabled_at', 'is', null)
    .orderBy('user_id')
    .execute();
}

export type NewEventTypeHost = Pick<EventTypeHostRecord, 'userId' | 'mandatory' | 'priority'>;

/** The hosts from now on. Those who were hosts before keep their turns; new ones start with as many as the one who had the fewest. */
export async function setEventTypeHosts(tx: Transaction, eventTypeId: number, hosts: readonly NewEventTypeHost[]): Promise<void> {
  const credit = await leastAssigned(tx, eventTypeId);
  const ids = hosts.map((host) => host.userId);
  await tx
    .deleteFrom('event_type_hosts')
    .where('event_type_id', '=', eventTypeId)
    .$if(ids.length > 0, (query) => query.where('user_id', 'not in', ids))
    .execute();
  if (hosts.length === 0) return;
  await tx
    .insertInto('event_type_hosts')
    .values(
      hosts.map(({ userId, mandatory, priority }) => ({
        event_type_id: eventTypeId,
        user_id: userId,
        mandatory,
        priority,
        assigned: credit,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['event_type_id', 'user_id']).doUpdateSet((eb) => ({
        mandatory: eb.ref('excluded.mandatory'),
        priority: eb.ref('excluded.priority'),
      })),
    )
    .execute();
}

const MEDIUM_PRIORITY = 2;

/** Makes a new member of a team a host of its event types that assign everybody. */
export async function joinAssignedEventTypes(
  tx: Transaction,
  { teamId, userId }: { readonly teamId: number; readonly userId: number },
): Promise<void> {
  await sql`
    insert into event_type_hosts (event_type_id, user_id, mandatory, priority, assigned)
    select e.id, ${userId}, false, ${MEDIUM_PRIORITY},
      coalesce((select min(h.assigned) from event_type_hosts h where h.event_type_id = e.id and not h.mandatory), 0)
    from event_types e where e.team_id = ${teamId} and e.assign_all_members
    on conflict do nothing`.execute(tx);
}

async function leastAssigned(tx: Transaction, eventTypeId: number): Promise<number> {
  const row = await tx
    .selectFrom('event_type_hosts')
    .select((eb) => eb.fn.min('assigned').as('least'))
    .where('event_type_id', '=', eventTypeId)
    .where('mandatory', '=', false)
    .executeTakeFirst();
  return row?.least ?? 0;
}

/** It was this host's turn for so many bookings. Without effect where hosts do not take turns. Call it under the event type's lock. */
export async function countTurn(
  tx: Transaction,
  { eventTypeId, userId, bookings = 1 }: { readonly eventTypeId: number; readonly userId: number; readonly bookings?: number },
): Promise<void> {
  await sql`
    update event_type_hosts set assigned = assigned + ${bookings}, last_assigned =
      (select max(h.last_assigned) + 1 from event_type_hosts h where h.event_type_id = ${eventTypeId})
    where event_type_id = ${eventTypeId} and user_id = ${userId} and not mandatory`.execute(tx);
}

/** A booking that came to this host in turn does not stand any more: the turn is given back. */
export async function returnTurn(
  tx: Transaction,
  { eventTypeId, userId }: { readonly eventTypeId: number; readonly userId: number },
): Promise<void> {
  await sql`
    update event_type_hosts set assigned = greatest(assigned - 1, 0)
    where event_type_id = ${eventTypeId} and user_id = ${userId} and not mandatory`.execute(tx);
}
