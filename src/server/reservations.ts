import { randomUUID } from 'node:crypto';
import { byTurn, type HostFacts, type Interval, toIsoUtc, toParties } from '../scheduling/index.ts';
import { getBooking } from '../store/bookings.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import { readHostFacts } from '../store/host-facts.ts';
import { lockHosts } from '../store/locks.ts';
import { deleteReservation, getReservation, putReservation, type ReservationRecord } from '../store/reservations.ts';
import type { Transaction } from '../store/store.ts';
import { shareTeam } from '../store/teams.ts';
import * as endpoints from '../wire/calcom/reservations.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import type { Caller } from './authenticate.ts';
import { enabled, lengthsOf } from './event-rules.ts';
import { type Hosting, hostIdsOf, managesEventType, readHosting } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, type Service, servePublic } from './serve.ts';

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 5;

/** `/v2/slots/reservations` */
export function serveReservations(app: App, service: Service): void {
  const { store } = service;

  servePublic(app, service, endpoints.reserveSlot, {
    answer: async ({ caller, body }) => ok(await reserve(service, { uid: randomUUID(), body, caller })),
  });

  servePublic(app, service, endpoints.getSlotReservation, {
    answer: async ({ params }) => {
      const reservation = await getReservation(store.db, params.uid ?? '');
      return ok(reservation === undefined ? null : toReservation(reservation));
    },
  });

  servePublic(app, service, endpoints.updateSlotReservation, {
    answer: async ({ caller, params: { uid = '' }, body }) => {
      if ((await getReservation(store.db, uid)) === undefined) throw new HttpFailure(404, `Slot with uid=${uid} not found`);
      return ok(await reserve(service, { uid, body, caller }));
    },
  });

  servePublic(app, service, endpoints.deleteSlotReservation, {
    answer: async ({ params }) => {
      await deleteReservation(store.db, params.uid ?? '');
      return { status: 'success' } as const;
    },
  });
}

interface Wish {
  /** A reservation that exists is moved: what it holds now does not stand in its own way. */
  readonly uid: string;
  readonly body: typeof endpoints.reserveSlotBody._output;
  readonly caller: Caller | undefined;
}

/** Holds a slot for a while. Whether the slot can be booked is not asked: only what is booked or held already stands in the way. */
async function reserve(service: Service, { uid, body, caller }: Wish): Promise<endpoints.SlotReservation> {
  const { store } = service;
  const eventType = await getEventType(store.db, body.eventTypeId);
  if (eventType === undefined) throw new HttpFailure(404, `Event Type with ID=${body.eventTypeId} not found`);
  const seen = await readHosting(store.db, eventType);
  if (body.reservationDuration !== undefined) await checkMayChooseDuration(service, { eventType, hosting: seen, caller });
  const startAt = parseInstant(body.slotStart);
  if (startAt === undefined) {
    throw new HttpFailure(400, 'Invalid start date', { plainMessage: `Invalid start date "${body.slotStart}"` });
  }
  const lengthMinutes = chooseLength(eventType, body.slotDuration);
  const minutes = body.reservationDuration ?? DEFAULT_MINUTES;
  return await store.transaction(async (tx) => {
    await lockHosts(tx, hostIdsOf(seen), eventType.id);
    const now = service.now();
    const slot = { start: startAt, end: startAt + lengthMinutes * MINUTE_MS };
    const hostIds = await chooseHosts(tx, { uid, eventType, hosting: await readHosting(tx, eventType), slot, now });
    const reservation = {
      uid,
      eventTypeId: eventType.id,
      hostIds,
      startAt: slot.start,
      endAt: slot.end,
      isSeat: enabled(eventType.options.seats) !== undefined,
      reservedUntil: now + minutes * MINUTE_MS,
    };
    await putReservation(tx, { ...reservation, userId: caller?.id ?? null, now });
    return { ...toReservation(reservation), reservationDuration: minutes };
  });
}

interface Choosing {
  readonly eventType: EventTypeRecord;
  readonly hosting: Hosting;
  readonly caller: Caller | undefined;
}

async function checkMayChooseDuration({ store }: Service, { eventType, hosting, caller }: Choosing): Promise<void> {
  if (caller === undefined) {
    throw new HttpFailure(
      401,
      'reservationDuration can only be used for authenticated requests - use access token, api key or OAuth credentials',
    );
  }
  if (await managesEventType(store.db, { eventType, hosting }, caller)) return;
  if (await shareTeam(store.db, caller.id, eventType.userId)) return;
  throw new HttpFailure(
    403,
    "authenticated user is not owner of event type, does not have memberships in common with owner of the event type, nor does belong to event type's team or org.",
  );
}

function chooseLength(eventType: EventTypeRecord, wanted: number | undefined): number {
  if (wanted === undefined) return eventType.lengthMinutes;
  if (eventType.options.lengthInMinutesOptions === undefined) {
    throw new HttpFailure(400, "You passed 'slotDuration' but this event type is not a variable length event type.");
  }
  const lengths = lengthsOf(eventType);
  if (lengths.includes(wanted)) return wanted;
  throw new HttpFailure(
    400,
    `Provided 'slotDuration' is not one of the possible lengths for the event type. The possible lengths for this variable length event type are: ${lengths.join(', ')}`,
  );
}

interface Holding {
  readonly uid: string;
  readonly eventType: EventTypeRecord;
  readonly hosting: Hosting;
  readonly slot: Interval;
  readonly now: number;
}

/** Whose time is held: everybody's who takes part in every booking, and of those who take turns the first one's who is free. */
async function chooseHosts(tx: Transaction, { uid, eventType, hosting, slot, now }: Holding): Promise<readonly number[]> {
  const found = await readHostFacts(tx, {
    hostIds: hostIdsOf(hosting),
    eventType,
    from: slot.start,
    to: slot.end,
    now,
  });
  const hosts = found.map((host) => {
    const turn = hosting.turns.get(host.hostId);
    const reservations = host.reservations.filter((reservation) => reservation.uid !== uid);
    return { ...host, reservations, ...(turn === undefined ? {} : { turn }) };
  });
  let obstacle: HttpFailure | undefined;
  for (const { members } of byTurn(toParties(hosts), undefined)) {
    const found = await findObstacle(tx, { members, eventType, slot });
    if (found === undefined) return members.map((member) => member.hostId);
    obstacle ??= found;
  }
  throw obstacle ?? new HttpFailure(422, "Can't reserve a slot of an event type that has no hosts.");
}

interface Trial {
  readonly members: readonly HostFacts[];
  readonly eventType: EventTypeRecord;
  readonly slot: Interval;
}

async function findObstacle(tx: Transaction, { members, eventType, slot }: Trial): Promise<HttpFailure | undefined> {
  const seats = enabled(eventType.options.seats)?.seatsPerTimeSlot;
  const isSlot = ({ start, end }: Interval) => start === slot.start && end === slot.end;
  const overlaps = ({ start, end }: Interval) => start < slot.end && slot.start < end;
  const booked = members
    .flatMap((member) => member.bookings)
    .filter((booking) => booking.eventTypeId === eventType.id && overlaps(booking))
    .filter(({ status }) => status === 'accepted' || status === 'pending' || status === 'awaiting_host');
  const held = members.flatMap((member) => member.reservations).filter(overlaps);
  if (seats === undefined) {
    if (booked.length > 0) return new HttpFailure(422, "Can't reserve a slot if the event is already booked.");
    return held.length > 0 ? alreadyReserved() : undefined;
  }
  const shared = booked.find((booking) => booking.seats !== undefined && isSlot(booking));
  if (booked.some((booking) => booking.uid !== shared?.uid)) {
    return new HttpFailure(422, "Can't reserve a slot if the event is already booked.");
  }
  if (held.some((reservation) => reservation.eventTypeId !== eventType.id || !isSlot(reservation))) return alreadyReserved();
  const reserved = new Set(held.map((reservation) => reservation.uid)).size;
  const taken = shared?.seats?.taken ?? 0;
  if (taken + reserved < (shared?.seats?.total ?? seats)) return undefined;
  const booking = shared === undefined ? undefined : await getBooking(tx, shared.uid);
  if (booking === undefined) return alreadyReserved();
  return new HttpFailure(422, `Booking with id=${booking.id} at ${toIsoUtc(slot.start)} has no more seats left.`);
}

function alreadyReserved(): HttpFailure {
  return new HttpFailure(422, 'This time slot is already reserved by another user. Please choose a different time.');
}

function toReservation(reservation: Omit<ReservationRecord, 'hostIds' | 'isSeat'>): endpoints.SlotReservation {
  const { uid, eventTypeId, startAt, endAt, reservedUntil } = reservation;
  return {
    eventTypeId,
    slotStart: toIsoUtc(startAt),
    slotEnd: toIsoUtc(endAt),
    slotDuration: Math.round((endAt - startAt) / MINUTE_MS),
    reservationUid: uid,
    reservationUntil: toIsoUtc(reservedUntil),
  };
}
