import type { z } from 'zod';
import {
  groupByDate,
  type Interval,
  listSlots,
  type SchedulingFacts,
  type Slot,
  type SlotQuery,
  toIsoOffset,
  toIsoUtc,
} from '../scheduling/index.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import * as endpoints from '../wire/calcom/slots.ts';
import { lengthsOf } from './event-rules.ts';
import { explainEmptyDates } from './explain.ts';
import { eventTypesSeen, readAhead, readFacts } from './facts.ts';
import { HttpFailure } from './http-failure.ts';
import { toOldSlots } from './old-slot-shapes.ts';
import { type App, ok, type Service, servePublic } from './serve.ts';
import { findSlotTarget } from './slot-target.ts';

const DAY_MS = 86_400_000;
const MAXIMUM_DAYS = 370;

/** `/v2/slots` */
export function serveSlots(app: App, service: Service): void {
  servePublic(app, service, endpoints.getSlots, {
    style: 'sentence',
    aliases: { eventSlug: 'eventTypeSlug', startTime: 'start', endTime: 'end' },
    querySchema: chooseVariant,
    answer: async ({ query, caller, isAliased }) => {
      const found = await findSlots(service, query);
      const { timeZone, format, explain } = query;
      const isRange = format === 'range';
      // Who asks in the words of the old API is answered in its form; no client of ours does.
      if (isAliased) return ok({ slots: toOldSlots(found.slots, { timeZone, isRange }) }) as never;
      const data = groupByDate(found.slots, { timeZone, print: (start, slot) => toAnswer(start, slot, isRange ? timeZone : null) });
      return explain === 'true' ? { ...ok(data), explanation: explainEmptyDates(found, { timeZone, caller }) } : ok(data);
    },
  });
}

/** Slots, and all they were found from. */
export interface FoundSlots {
  readonly slots: readonly Slot[];
  readonly eventType: EventTypeRecord;
  readonly facts: SchedulingFacts;
  readonly search: SlotQuery;
  readonly now: number;
}

/** The slots a query means. */
export async function findSlots(service: Service, query: Query): Promise<FoundSlots> {
  const { db } = service.store;
  const now = service.now();
  const seen = eventTypesSeen(service.store);
  const interval = toInterval(query);
  const before = 'eventTypeId' in query ? seen.get(query.eventTypeId) : undefined;
  const isAhead = before?.teamId === null && !(interval instanceof HttpFailure);
  const ahead = isAhead ? await readAhead(db, { before, interval, now }) : undefined;
  const { eventType, hosting } = await findSlotTarget(db, query, ahead);
  if (interval instanceof HttpFailure) throw interval;
  if ('eventTypeId' in query) seen.set(eventType.id, eventType);
  checkDuration(eventType, query.duration);
  const facts = await readFacts(db, { eventType, hosting, interval, now, ahead });
  const { timeZone, duration, bookingUidToReschedule } = query;
  const search = { ...interval, timeZone, durationMinutes: duration, excludeBookingUid: toExcluded(facts, bookingUidToReschedule) };
  return { slots: listSlots(search, facts, now), eventType, facts, search, now };
}

/** A seated booking that goes on with others when one of them moves does not give its time free. */
function toExcluded({ hosts }: SchedulingFacts, uid: string | undefined): string | undefined {
  const moved = hosts.flatMap((host) => host.bookings).find((booking) => booking.uid === uid);
  return (moved?.seats?.taken ?? 0) > 1 ? undefined : uid;
}

/** Exactly one way of naming the event type; the id wins, and then the other ways' keys are errors. */
function chooseVariant(query: Readonly<Record<string, unknown>>) {
  if (query.eventTypeId !== undefined) {
    refuseOtherNames(query);
    return endpoints.slotsByEventTypeId;
  }
  if (query.usernames !== undefined) return endpoints.slotsByUsernames;
  if (query.teamSlug !== undefined) return endpoints.slotsByTeam;
  if (query.username !== undefined || query.eventTypeSlug !== undefined) return endpoints.slotsBySlug;
  throw new HttpFailure(
    400,
    'Say which event type you mean: either "eventTypeId", or "username" and "eventTypeSlug", or "teamSlug" and "eventTypeSlug".',
  );
}

const OTHER_NAMES = ['username', 'usernames', 'teamSlug', 'eventTypeSlug', 'organizationSlug'];

/** In the API's words, and in plain ones: clients that send all they know are not to guess which member is meant. */
function refuseOtherNames(query: Readonly<Record<string, unknown>>): void {
  const others = OTHER_NAMES.filter((name) => query[name] !== undefined);
  if (others.length === 0) return;
  throw new HttpFailure(400, others.map((name) => `${name} property is wrong,property ${name} should not exist `).join(', '), {
    plainMessage: `property ${others.join(', ')} should not exist: "eventTypeId" names the event type already.`,
  });
}

type Query = z.output<typeof endpoints.slotsQuery>;

/** UTC instants, or what is wrong with them; an end that names a date, or its midnight, means the whole of that date. */
function toInterval(query: { readonly start: string; readonly end: string }): Interval | HttpFailure {
  const start = parseInstant(query.start);
  if (start === undefined) return new HttpFailure(400, 'Invalid start date', { plainMessage: `Invalid start date "${query.start}"` });
  const end = parseInstant(query.end);
  if (end === undefined) return new HttpFailure(400, 'Invalid end date', { plainMessage: `Invalid end date "${query.end}"` });
  const lastMoment = end % DAY_MS === 0 ? end + DAY_MS - 1000 : end;
  if (lastMoment < start) {
    return new HttpFailure(400, "Invalid time range given - check the 'start' and 'end' query parameters.");
  }
  if (lastMoment - start > MAXIMUM_DAYS * DAY_MS) {
    return new HttpFailure(
      400,
      `The range from "${query.start}" to "${query.end}" is too long: ask for at most ${MAXIMUM_DAYS} days at once.`,
    );
  }
  return { start, end: lastMoment };
}

function checkDuration(eventType: EventTypeRecord, duration: number | undefined): void {
  const lengths = lengthsOf(eventType);
  if (duration === undefined || lengths.includes(duration)) return;
  throw new HttpFailure(
    400,
    `Provided 'duration' is not one of the possible lengths for the event type. The possible lengths are: ${lengths.join(', ')}`,
  );
}

/** `endZone`: null leaves the end out; otherwise the zone it is printed in, UTC when undefined. */
function toAnswer(start: string, slot: Slot, endZone: string | undefined | null): endpoints.Slot {
  const { seats } = slot;
  return {
    start,
    ...(endZone === null ? {} : { end: endZone === undefined ? toIsoUtc(slot.end) : toIsoOffset(slot.end, endZone) }),
    ...(seats === undefined ? {} : { seatsBooked: seats.booked, seatsRemaining: seats.remaining, seatsTotal: seats.total }),
    ...(seats?.bookingUid === undefined ? {} : { bookingUid: seats.bookingUid }),
  };
}
