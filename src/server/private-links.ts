import type { z } from 'zod';
import { toIsoUtc } from '../scheduling/index.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import * as rows from '../store/private-links.ts';
import type { Handle, Transaction } from '../store/store.ts';
import * as endpoints from '../wire/calcom/private-links.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import type { Caller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, parseId, type Service, serve } from './serve.ts';

/** `/v2/event-types/{id}/private-links` */
export function servePrivateLinks(app: App, service: Service): void {
  const { store, now } = service;

  serve(app, service, endpoints.listPrivateLinks, {
    answer: async ({ caller, params }) => {
      const eventType = await readOwn(store.db, caller, params.eventTypeId);
      return ok((await rows.listPrivateLinks(store.db, eventType.id)).map((link) => toPrivateLink(service, link, eventType)));
    },
  });

  serve(app, service, endpoints.createPrivateLink, {
    answer: async ({ caller, params, body }) =>
      await store.transaction(async (tx) => {
        const eventType = await readOwn(tx, caller, params.eventTypeId);
        const end = toEnd(body, now()) ?? { expiresAt: null, maximumUses: 1 };
        return ok(toPrivateLink(service, await rows.createPrivateLink(tx, { eventTypeId: eventType.id, end, now: now() }), eventType));
      }),
  });

  serve(app, service, endpoints.updatePrivateLink, {
    answer: async ({ caller, params, body }) =>
      await store.transaction(async (tx) => {
        const eventType = await readOwn(tx, caller, params.eventTypeId);
        const link = await readLink(tx, eventType, params.linkId, 'Updated link not found');
        const end = toEnd(body, now());
        const updated = end === undefined ? link : ((await rows.updatePrivateLink(tx, link.id, end)) ?? link);
        return ok(toPrivateLink(service, updated, eventType));
      }),
  });

  serve(app, service, endpoints.deletePrivateLink, {
    answer: async ({ caller, params }) =>
      await store.transaction(async (tx) => {
        const eventType = await readOwn(tx, caller, params.eventTypeId);
        const link = await readLink(tx, eventType, params.linkId, 'Deleted link not found');
        await rows.deletePrivateLink(tx, link.id);
        return ok({ linkId: link.id, message: 'Private link deleted successfully' });
      }),
  });
}

/** Counts a booking made by a private link; throws where the link has ended or is none of the event type. */
export async function countUse(
  tx: Transaction,
  { linkId, eventTypeId, now }: { readonly linkId: string; readonly eventTypeId: number; readonly now: number },
): Promise<void> {
  const link = await rows.getPrivateLink(tx, linkId);
  if (link?.eventTypeId !== eventTypeId) throw new HttpFailure(404, 'This private link does not belong to this event type.');
  if (await rows.spendPrivateLink(tx, linkId, now)) return;
  throw new HttpFailure(403, 'This private link has ended: its time is over, or it was used as often as it may be.', {
    details: { reason: 'private_link_ended' },
  });
}

/** Whether nobody can book by it any more. */
export function isEnded({ expiresAt, maximumUses, uses }: rows.PrivateLinkRecord, now: number): boolean {
  return (expiresAt !== null && expiresAt <= now) || (maximumUses !== null && uses >= maximumUses);
}

type Body = z.output<typeof endpoints.privateLinkBody>;

/** A moment wins over a number; neither is no change. */
function toEnd({ expiresAt, maxUsageCount }: Body, now: number): rows.LinkEnd | undefined {
  if (expiresAt !== undefined) {
    const moment = parseInstant(expiresAt) ?? Number.NaN;
    if (moment <= now) throw new HttpFailure(400, `expiresAt must lie in the future, not "${expiresAt}".`);
    return { expiresAt: moment, maximumUses: null };
  }
  return maxUsageCount === undefined ? undefined : { expiresAt: null, maximumUses: maxUsageCount };
}

async function readOwn(handle: Handle, caller: Caller, text: string | undefined): Promise<EventTypeRecord> {
  const id = parseId(text);
  const eventType = await getEventType(handle, id);
  if (eventType === undefined) throw new HttpFailure(404, `Event type with id ${id} not found`);
  if (eventType.teamId === null && eventType.userId === caller.id) return eventType;
  throw new HttpFailure(403, `User with ID=${caller.id} does not own event type with ID=${id}`);
}

async function readLink(tx: Transaction, { id }: EventTypeRecord, linkId = '', missing: string): Promise<rows.PrivateLinkRecord> {
  const link = await rows.getPrivateLink(tx, linkId);
  if (link?.eventTypeId !== id) throw new HttpFailure(404, missing);
  return link;
}

function toPrivateLink({ now, publicUrl }: Service, link: rows.PrivateLinkRecord, { slug }: EventTypeRecord): endpoints.PrivateLink {
  const { id: linkId, eventTypeId, expiresAt, maximumUses, uses } = link;
  return {
    linkId,
    eventTypeId,
    isExpired: isEnded(link, now()),
    bookingUrl: `${publicUrl}/d/${linkId}/${slug}`,
    ...(expiresAt === null ? {} : { expiresAt: toIsoUtc(expiresAt) }),
    ...(maximumUses === null ? {} : { maxUsageCount: maximumUses, usageCount: uses }),
  };
}
