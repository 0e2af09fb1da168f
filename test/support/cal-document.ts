import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sql } from 'kysely';
import { insertBooking } from '../../src/store/bookings.ts';
import { createEventType } from '../../src/store/event-types.ts';
import type { Store } from '../../src/store/store.ts';
import { createTeam } from '../../src/store/teams.ts';

const SEEDS = resolve(import.meta.dirname, '../../../shared/reference/seeds');

/** A document about Lua that stands beside the project; empty where it is not there. */
export function readLuaDocument(name: 'cal-lua-api.txt' | 'whereby-lua-api.txt'): string {
  const file = resolve(SEEDS, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The scripts between a document's fences. */
export function blocksOf(document: string): readonly string[] {
  return [...document.matchAll(/^```lua\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
}

/** The domain clock at which the dates of the document about Cal.com are still to come: Monday, ten o'clock in Amsterdam. */
export const CAL_DOCUMENT_NOW = Date.parse('2026-05-04T08:00:00Z');

/** The event type whose id the document about Cal.com names. */
export const CAL_DOCUMENT_EVENT_TYPE = 123;

const START = Date.parse('2026-05-06T09:00:00Z');
const HALF_HOUR_MS = 1_800_000;

/**
 * What the document about Cal.com in Lua speaks of, with one user: the event type 123 of thirty minutes, the team 1 with an event type, and two bookings
 * under the words it writes for a uid. No request can choose an id or a uid, so they are written as rows.
 */
export async function fillCalDocument(store: Store, userId: number): Promise<void> {
  const now = CAL_DOCUMENT_NOW;
  await store.transaction(async (tx) => {
    const team = await createTeam(tx, { name: 'Care', slug: 'care', ownerId: userId, now });
    if (team.id !== 1) throw new Error(`The first team has the id ${team.id}.`);
    const part = { teamId: team.id, schedulingType: 'roundRobin', assignAllMembers: true } as const;
    await createEventType(tx, { userId, slug: 'care-call', title: 'Care call', lengthMinutes: 30, team: part, now });
    await sql`select setval(pg_get_serial_sequence('event_types', 'id'), ${CAL_DOCUMENT_EVENT_TYPE - 1})`.execute(tx);
    await createEventType(tx, { userId, slug: 'consultation', title: 'Consultation', lengthMinutes: 30, now });
    for (const [index, uid] of ['booking_uid', 'booking_uid_or_id'].entries()) {
      const startAt = START + index * 2 * HALF_HOUR_MS;
      const person = { name: 'Grace Hopper', email: 'grace@example.test' };
      await insertBooking(tx, {
        uid,
        eventTypeId: CAL_DOCUMENT_EVENT_TYPE,
        hostIds: [userId],
        title: 'Consultation with Grace Hopper',
        status: 'accepted',
        startAt,
        endAt: startAt + HALF_HOUR_MS,
        beforeBufferMinutes: 0,
        afterBufferMinutes: 0,
        location: { type: 'integration', integration: 'cal-video' },
        metadata: {},
        responses: person,
        icsUid: `${uid}@kalends.test`,
        attendees: [{ ...person, timeZone: 'Europe/London' }],
        now,
      });
    }
  });
}
