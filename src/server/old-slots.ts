import type { z } from 'zod';
import { toIsoUtc } from '../scheduling/index.ts';
import { getEventType } from '../store/event-types.ts';
import * as endpoints from '../wire/calcom/old-slots.ts';
import { deleteSlotReservation, reserveSlot } from '../wire/calcom/reservations.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import { getSlots, type SlotsQuery } from '../wire/calcom/slots.ts';
import { HttpFailure } from './http-failure.ts';
import { renameSlots } from './old-slot-shapes.ts';
import { type App, ok, type Service, servePublic } from './serve.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** `/v2/slots/available`, `/v2/slots/reserve` and `/v2/slots/selected-slot`: what there was before `/v2/slots`. */
export function serveOldSlots(app: App, service: Service): void {
  servePublic(app, service, endpoints.getOldSlots, {
    style: 'sentence',
    answer: async ({ query, relay }) => {
      const isRange = query.slotFormat === 'range';
      const { data } = await relay(getSlots, { query: toSlotsQuery(query, isRange) });
      return ok({ slots: renameSlots(data, isRange) });
    },
  });

  servePublic(app, service, endpoints.reserveOldSlot, {
    answer: async ({ body, relay, setHeader }) => {
      const { eventTypeId, slotUtcStartDate: slotStart } = body;
      const eventType = await getEventType(service.store.db, eventTypeId);
      const minutes = Math.round((instantOf(body.slotUtcEndDate) - instantOf(slotStart)) / MINUTE_MS);
      // Only event types with several lengths may be told one.
      const slotDuration = eventType?.options.lengthInMinutesOptions === undefined ? {} : { slotDuration: minutes };
      const { data } = await relay(reserveSlot, { body: { eventTypeId, slotStart, ...slotDuration } });
      setHeader('Set-Cookie', `uid=${data.reservationUid}; Path=/v2/slots; HttpOnly; SameSite=Lax`);
      return ok(data.reservationUid);
    },
  });

  servePublic(app, service, endpoints.releaseOldSlot, {
    answer: async ({ query, relay }) => {
      const uid = query?.uid;
      if (uid !== undefined && uid !== '') await relay(deleteSlotReservation, { params: { uid } });
      return { status: 'success' } as const;
    },
  });
}

type Query = z.output<typeof endpoints.oldSlotsQuery>;

function toSlotsQuery(query: Query, isRange: boolean): SlotsQuery {
  const { eventTypeId, eventTypeSlug, usernameList, timeZone, duration, rescheduleUid, orgSlug } = query;
  const start = instantOf(query.startTime);
  const end = instantOf(query.endTime);
  if (end < start) {
    throw new HttpFailure(400, "Invalid time range given - check the 'startTime' and 'endTime' query parameters.");
  }
  const common = {
    start: toIsoUtc(start),
    // An end at midnight is that very instant here, not the whole of the day.
    end: toIsoUtc(end % DAY_MS === 0 ? Math.max(start, end - 1) : end),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(duration === undefined ? {} : { duration }),
    ...(rescheduleUid === undefined ? {} : { bookingUidToReschedule: rescheduleUid }),
    ...(isRange ? { format: 'range' as const } : {}),
  };
  if (eventTypeId !== undefined) return { ...common, eventTypeId };
  const names = (typeof usernameList === 'string' ? usernameList.split(',') : (usernameList ?? [])).filter((name) => name !== '');
  const organization = orgSlug === undefined ? {} : { organizationSlug: orgSlug };
  const [username] = names;
  if (username === undefined || (eventTypeSlug === undefined && names.length === 1)) {
    throw new HttpFailure(400, 'Say which event type you mean: either "eventTypeId", or "eventTypeSlug" and "usernameList".');
  }
  if (eventTypeSlug === undefined || names.length > 1) return { ...common, ...organization, usernames: names };
  return { ...common, ...organization, username, eventTypeSlug };
}

function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  throw new HttpFailure(400, "Invalid time range given - check the 'startTime' and 'endTime' query parameters.", {
    plainMessage: `"${text}" is no ISO 8601 date-time such as "2030-01-07T08:00:00Z".`,
  });
}
