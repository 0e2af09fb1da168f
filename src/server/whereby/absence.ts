import { getWherebyClient, listAbsentClients } from '../../store/whereby-presence.ts';
import type { WherebyService } from './operation.ts';
import { cancelKnock, leaveRoom } from './presence.ts';
import { inRoom } from './scene.ts';

/** A page is heard of every few seconds; after this it is gone: closed, asleep or cut off. */
export const ABSENT_AFTER_MS = 25_000;
/** A page that says it goes away may only be loaded again. */
export const AWAY_FOR_MS = 6_000;

const AT_ONCE = 200;

/** Whoever is not heard of any more has left, or given up knocking. In one room, or in all. */
export async function leaveAbsent(service: WherebyService, roomId?: number): Promise<number> {
  const before = service.processNow() - ABSENT_AFTER_MS;
  const absent = await listAbsentClients(service.store.db, { roomId, before, limit: AT_ONCE });
  for (const { id, roomId: room } of absent) {
    await inRoom(service, room, async (scene) => {
      // They may have come back, or left, while we waited for the room.
      const client = await getWherebyClient(scene.tx, room, id);
      if (client === undefined || client.seenAt === null || client.seenAt >= before) return;
      if (client.state === 'present') await leaveRoom(scene, client);
      if (client.state === 'knocking') await cancelKnock(scene, client);
    });
  }
  return absent.length;
}
