import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../store/store.ts';
import { getUser } from '../../store/users.ts';
import { currentSession, listWherebyClients, type WherebyClientRecord, type WherebySessionRecord } from '../../store/whereby-presence.ts';
import { lockWherebyRoom, ROOM_GRACE_MS, type WherebyRoomRecord } from '../../store/whereby-rooms.ts';
import { type PendingDelivery, recordWherebyEvent } from '../../store/whereby-webhooks.ts';
import { WEBHOOK_API_VERSION, type WebhookEventData, type WebhookEventType } from '../../wire/whereby/webhook-events.ts';
import { notFound } from './failure.ts';
import { toMoment, type WherebyService } from './operation.ts';

/** One room in one transaction: what happens in it, one thing after the other. */
export interface Scene {
  readonly tx: Transaction;
  readonly room: WherebyRoomRecord;
  /** When it happens, by the domain clock. */
  readonly at: number;
  /** Who is in the room and who is at its door, in the order they came. */
  people(): Promise<readonly WherebyClientRecord[]>;
  session(): Promise<WherebySessionRecord | undefined>;
  /** Tells the webhooks. An hour after the room's end nothing is told any more. */
  tell<Type extends WebhookEventType>(type: Type, data: WebhookEventData<Type>): Promise<void>;
  /** What every event of the room says. */
  inRoomData(session: WherebySessionRecord | undefined): {
    readonly meetingId: string;
    readonly roomName: string;
    readonly subdomain: string;
    readonly roomSessionId: string | null;
  };
}

/** Does something in a room. Whoever comes, goes, records or deletes at the same time waits. */
export async function inRoom<Result>(service: WherebyService, roomId: number, work: (scene: Scene) => Promise<Result>): Promise<Result> {
  const at = service.now();
  const { result, deliveries } = await service.store.transaction(async (tx) => {
    const room = await lockWherebyRoom(tx, roomId);
    const user = room && (await getUser(tx, room.userId));
    if (room === undefined || user === undefined) throw notFound();
    const written: PendingDelivery[] = [];
    const scene: Scene = {
      tx,
      room,
      at,
      people: () => listWherebyClients(tx, room.id),
      session: () => currentSession(tx, room.id),
      async tell(type, data) {
        if (at >= room.endAt + ROOM_GRACE_MS) return;
        const id = randomUUID();
        const body = JSON.stringify({ id, apiVersion: WEBHOOK_API_VERSION, createdAt: toMoment(at), type, data });
        const event = { id, userId: room.userId, roomId: room.id, type, body, now: at, processNow: service.processNow() };
        written.push(...(await recordWherebyEvent(tx, event)));
      },
      inRoomData: (session) => ({
        meetingId: String(room.id),
        roomName: room.name,
        subdomain: user.username,
        roomSessionId: session?.id ?? null,
      }),
    };
    return { result: await work(scene), deliveries: written };
  });
  if (deliveries.length > 0) service.onDeliveries(deliveries);
  return result;
}
