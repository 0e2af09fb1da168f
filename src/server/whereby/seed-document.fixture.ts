import { timestamp } from '../../store/sql-values.ts';
import type { Store } from '../../store/store.ts';
import { createWherebyClient, endSession, moveWherebyClient, stopTakingPart, takePart } from '../../store/whereby-presence.ts';
import { closeWherebyRoom, createWherebyRoom } from '../../store/whereby-rooms.ts';

/** The domain clock at which the dates of the document are past and to come as it means them. */
export const SEED_DOCUMENT_NOW = Date.parse('2025-01-14T09:00:00.000Z');

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * What the document about Whereby in Lua speaks of, in the rooms of one user: the room "my-meeting-room", the past meeting "abc123" of Ada and Grace on
 * 10 January 2025 in the room "weekly-review", which is over, and more rooms than one page of ten. Placeholders for cursors are none of these: give a
 * cursor of the page before in their place.
 */
export async function fillSeedDocument(store: Pick<Store, 'transaction'>, userId: number): Promise<void> {
  await store.transaction(async (tx) => {
    const make = async (name: string, from: number, to: number) => {
      const settings = { userId, name, mode: 'group', isViewerMode: false, isLocked: false, settings: {}, endAt: to, now: from } as const;
      const room = await createWherebyRoom(tx, settings);
      if (room === undefined) throw new Error(`There is a room named "${name}" already.`);
      return room;
    };
    await make('/my-meeting-room', SEED_DOCUMENT_NOW - HOUR_MS, SEED_DOCUMENT_NOW + 30 * 24 * HOUR_MS);
    for (let index = 1; index <= 12; index++) {
      await make(`/team-${index}`, SEED_DOCUMENT_NOW - 2 * HOUR_MS, SEED_DOCUMENT_NOW + 24 * HOUR_MS);
    }
    const start = Date.parse('2025-01-10T10:00:00.000Z');
    const room = await make('/weekly-review', start - HOUR_MS, start + HOUR_MS);
    await tx
      .insertInto('whereby_sessions')
      .values({ id: 'abc123', room_id: room.id, started_at: timestamp(start) })
      .execute();
    for (const [index, displayName] of ['Ada Lovelace', 'Grace Hopper'].entries()) {
      const joinedAt = start + index * 2 * MINUTE_MS;
      const leftAt = start + 45 * MINUTE_MS;
      const client = await createWherebyClient(tx, {
        roomId: room.id,
        state: 'present',
        displayName,
        roleName: index === 0 ? 'host' : 'visitor',
        deviceId: `device-${index}`,
        personId: `person-${index}`,
        externalId: null,
        metadata: null,
        userAgent: '',
        isDialIn: false,
        knockedAt: null,
        joinedAt,
        seenAt: null,
      });
      await takePart(tx, 'abc123', [client.id], joinedAt);
      await stopTakingPart(tx, 'abc123', client.id, leftAt);
      await moveWherebyClient(tx, client.id, { state: 'left', leftAt });
    }
    await endSession(tx, 'abc123', start + 45 * MINUTE_MS);
    await closeWherebyRoom(tx, room.id, start + HOUR_MS);
  });
}
