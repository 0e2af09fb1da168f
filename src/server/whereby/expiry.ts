import { listExpiredRooms } from '../../store/whereby-rooms.ts';
import type { WherebyService } from './operation.ts';
import { closeRoom } from './presence.ts';
import { inRoom } from './scene.ts';

const AT_ONCE = 100;

/** Closes rooms whose time is over, as of the moment it was over: who is still there leaves, and nobody is told. Of one user, or of all. */
export async function expireRooms(service: WherebyService, userId?: number): Promise<void> {
  const filter = { now: service.now(), limit: AT_ONCE, ...(userId === undefined ? {} : { userId }) };
  for (const id of await listExpiredRooms(service.store.db, filter)) {
    await inRoom(service, id, closeRoom);
  }
}
