import { AppError } from '../../errors.ts';
import { type Client, type ClientOptions, createClient } from '../client.ts';
import { type AccountClient, accountOf } from './account-client.ts';
import { type BookingPartsClient, bookingPartsOf } from './booking-parts-client.ts';
import type { Booking, BookingsQuery, CancelBooking, CreateBooking, RescheduleBooking } from './bookings.ts';
import * as bookings from './bookings.ts';
import { type CalendarsClient, calendarsOf } from './calendars-client.ts';
import type { Pagination } from './envelope.ts';
import type { CreateEventType, EventType, EventTypesQuery, UpdateEventType } from './event-types.ts';
import * as eventTypes from './event-types.ts';
import type { Me, UpdateMe } from './me.ts';
import * as people from './me.ts';
import { type PathClient, pathsOf } from './path-client.ts';
import { type PrivateLinksClient, privateLinksOf } from './private-links-client.ts';
import { findCancelled, findCreated, findInStatus, findRescheduled, firstOf } from './reconcile.ts';
import { type ReservationsClient, reservationsOf } from './reservations-client.ts';
import { hasOffset, parseInstant } from './scalars.ts';
import type { CreateSchedule, Schedule, UpdateSchedule } from './schedules.ts';
import * as schedules from './schedules.ts';
import type { EmptyDate, Slots, SlotsQuery } from './slots.ts';
import { getSlots } from './slots.ts';
import { type TeamsClient, teamsOf } from './teams-client.ts';
import { type WebhooksClient, webhooksOf } from './webhooks-client.ts';

export interface CalcomClientOptions extends ClientOptions {
  /** The clock `createdAt` of the other side follows: a frozen embedded service stamps with its own. */
  readonly now?: () => number;
  /** The service answers a repeated identical booking with the first one: an unclear create may be sent again. */
  readonly isIdempotent?: boolean;
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export interface BookingPage {
  readonly bookings: readonly Booking[];
  readonly pagination: Pagination;
}

/** Cal.com API v2, hosted or embedded. Answers are the `data` of the envelope; failures are an `AppError`. */
export interface CalcomClient
  extends BookingPartsClient,
    AccountClient,
    CalendarsClient,
    WebhooksClient,
    ReservationsClient,
    PrivateLinksClient,
    TeamsClient,
    PathClient {
  getMe(call?: Call): Promise<Me>;
  updateMe(changes: UpdateMe, call?: Call): Promise<Me>;
  listEventTypes(query?: EventTypesQuery, call?: Call): Promise<readonly EventType[]>;
  getEventType(eventTypeId: number, call?: Call): Promise<EventType>;
  createEventType(body: CreateEventType, call?: Call): Promise<EventType>;
  updateEventType(eventTypeId: number, body: UpdateEventType, call?: Call): Promise<EventType>;
  deleteEventType(eventTypeId: number, call?: Call): Promise<void>;
  listSchedules(call?: Call): Promise<readonly Schedule[]>;
  getDefaultSchedule(call?: Call): Promise<Schedule | null>;
  getSchedule(scheduleId: number, call?: Call): Promise<Schedule>;
  createSchedule(body: CreateSchedule, call?: Call): Promise<Schedule>;
  updateSchedule(scheduleId: number, body: UpdateSchedule, call?: Call): Promise<Schedule>;
  deleteSchedule(scheduleId: number, call?: Call): Promise<void>;
  getSlots(query: SlotsQuery, call?: Call): Promise<Slots>;
  /** The slots, and why dates have none; hosted Cal.com gives no reasons. */
  explainSlots(query: SlotsQuery, call?: Call): Promise<ExplainedSlots>;
  listBookings(query?: BookingsQuery, call?: Call): Promise<BookingPage>;
  getBooking(uid: string, call?: Call): Promise<Booking>;
  /** All bookings that share a `recurringBookingUid`, by their start. */
  getSeries(recurringBookingUid: string, call?: Call): Promise<readonly Booking[]>;
  getBookingBySeat(seatUid: string, call?: Call): Promise<Booking>;
  createBooking(body: CreateBooking, call?: Call): Promise<Booking>;
  rescheduleBooking(uid: string, body: RescheduleBooking, call?: Call): Promise<Booking>;
  cancelBooking(uid: string, body?: CancelBooking, call?: Call): Promise<Booking>;
  confirmBooking(uid: string, call?: Call): Promise<Booking>;
  declineBooking(uid: string, body?: { readonly reason?: string }, call?: Call): Promise<Booking>;
}

export interface ExplainedSlots {
  readonly slots: Slots;
  /** By local date of the asked zone; absent where no reasons are given. */
  readonly explanation?: Readonly<Record<string, EmptyDate>> | undefined;
}

/** Cal.com's hosted limit: 120 requests a minute and key. */
export const HOSTED_RATE_LIMIT = { requests: 120, perMs: 60_000 } as const;

export function createCalcomClient(options: CalcomClientOptions): CalcomClient {
  const { now = Date.now, isIdempotent = false } = options;
  const client = createClient(options);
  return {
    ...peopleOf(client),
    ...eventTypesOf(client),
    ...schedulesOf(client),
    ...webhooksOf(client),
    ...bookingPartsOf(client),
    ...accountOf(client),
    ...calendarsOf(client),
    ...reservationsOf(client),
    ...privateLinksOf(client),
    ...teamsOf(client),
    ...pathsOf(client),

    async getSlots(query, call) {
      const range = { start: toUtc(query.start, 'start'), end: toUtc(query.end, 'end') };
      return (await client.call(getSlots, { query: { ...query, ...range } }, call)).data;
    },

    async explainSlots(query, call) {
      const range = { start: toUtc(query.start, 'start'), end: toUtc(query.end, 'end') };
      const { data, explanation } = await client.call(getSlots, { query: { ...query, ...range, explain: 'true' } }, call);
      return { slots: data, ...(explanation === undefined ? {} : { explanation }) };
    },

    async listBookings(query = {}, call) {
      const answer = await client.call(bookings.listBookings, { query: withUtcBounds(query) }, call);
      return { bookings: answer.data, pagination: answer.pagination };
    },

    async getBooking(uid, call) {
      return firstOf((await client.call(bookings.getBooking, { params: { bookingUid: uid } }, call)).data);
    },

    async getSeries(uid, call) {
      const { data } = await client.call(bookings.getBooking, { params: { bookingUid: uid } }, call);
      return Array.isArray(data) ? data : [data];
    },

    async getBookingBySeat(seatUid, call) {
      return firstOf((await client.call(bookings.getBookingBySeat, { params: { seatUid } }, call)).data);
    },

    async createBooking(given, call) {
      const body = { ...given, start: toUtcInstant(given.start, 'start') };
      const askedAt = now();
      const answer = await client.call(
        bookings.createBooking,
        { body },
        { ...call, reconcile: (signal) => findCreated(client, body, { askedAt, isIdempotent, signal }) },
      );
      return firstOf(answer.data);
    },

    async rescheduleBooking(uid, given, call) {
      const body = { ...given, start: toUtcInstant(given.start, 'start') };
      const answer = await client.call(
        bookings.rescheduleBooking,
        { params: { bookingUid: uid }, body },
        { ...call, reconcile: (signal) => findRescheduled(client, { uid, start: body.start, seatUid: body.seatUid, signal }) },
      );
      return firstOf(answer.data);
    },

    async cancelBooking(uid, body = {}, call) {
      const answer = await client.call(
        bookings.cancelBooking,
        { params: { bookingUid: uid }, body },
        { ...call, reconcile: (signal) => findCancelled(client, { uid, seatUid: body.seatUid, signal }) },
      );
      return firstOf(answer.data);
    },

    async confirmBooking(uid, call) {
      const answer = await client.call(
        bookings.confirmBooking,
        { params: { bookingUid: uid } },
        { ...call, reconcile: (signal) => findInStatus(client, { uid, status: 'accepted', signal }) },
      );
      return firstOf(answer.data);
    },

    async declineBooking(uid, body = {}, call) {
      const answer = await client.call(
        bookings.declineBooking,
        { params: { bookingUid: uid }, body },
        { ...call, reconcile: (signal) => findInStatus(client, { uid, status: 'rejected', signal }) },
      );
      return firstOf(answer.data);
    },
  };
}

function peopleOf(client: Client): Pick<CalcomClient, 'getMe' | 'updateMe'> {
  return {
    async getMe(call) {
      return (await client.call(people.getMe, {}, call)).data;
    },
    async updateMe(changes, call) {
      return (await client.call(people.updateMe, { body: changes }, call)).data;
    },
  };
}

function eventTypesOf(
  client: Client,
): Pick<CalcomClient, 'listEventTypes' | 'getEventType' | 'createEventType' | 'updateEventType' | 'deleteEventType'> {
  return {
    async listEventTypes(query, call) {
      return (await client.call(eventTypes.listEventTypes, { query }, call)).data;
    },
    async getEventType(eventTypeId, call) {
      return (await client.call(eventTypes.getEventType, { params: { eventTypeId } }, call)).data;
    },
    async createEventType(body, call) {
      // A slug is taken once, so a create whose answer was lost may be sent again: at worst it is refused.
      const reconcile = async (signal: AbortSignal) => {
        const { data } = await client.call(eventTypes.listEventTypes, {}, { signal });
        const made = data.find(({ slug, title }) => slug === body.slug && title === body.title);
        return made === undefined ? ({ absent: true, isSafe: true } as const) : toFound(made);
      };
      return (await client.call(eventTypes.createEventType, { body }, { ...call, reconcile })).data;
    },
    async updateEventType(eventTypeId, body, call) {
      return (await client.call(eventTypes.updateEventType, { params: { eventTypeId }, body }, call)).data;
    },
    async deleteEventType(eventTypeId, call) {
      await client.call(eventTypes.deleteEventType, { params: { eventTypeId } }, call);
    },
  };
}

function schedulesOf(
  client: Client,
): Pick<CalcomClient, 'listSchedules' | 'getDefaultSchedule' | 'getSchedule' | 'createSchedule' | 'updateSchedule' | 'deleteSchedule'> {
  return {
    async listSchedules(call) {
      return (await client.call(schedules.listSchedules, {}, call)).data;
    },
    async getDefaultSchedule(call) {
      return (await client.call(schedules.getDefaultSchedule, {}, call)).data;
    },
    async getSchedule(scheduleId, call) {
      return (await client.call(schedules.getSchedule, { params: { scheduleId } }, call)).data;
    },
    async createSchedule(body, call) {
      const list = async (options: Call | undefined) => (await client.call(schedules.listSchedules, {}, options)).data;
      // Names may be used twice: what was there before tells which one is new.
      const before = new Set((await list(call)).map(({ id }) => id));
      const reconcile = async (signal: AbortSignal) => {
        const made = (await list({ signal })).find(
          ({ id, name, timeZone }) => !before.has(id) && name === body.name && timeZone === body.timeZone,
        );
        return made === undefined ? ({ absent: true, isSafe: false } as const) : toFound(made);
      };
      return (await client.call(schedules.createSchedule, { body }, { ...call, reconcile })).data;
    },
    async updateSchedule(scheduleId, body, call) {
      return (await client.call(schedules.updateSchedule, { params: { scheduleId }, body }, call)).data;
    },
    async deleteSchedule(scheduleId, call) {
      await client.call(schedules.deleteSchedule, { params: { scheduleId } }, call);
    },
  };
}

function toFound<Data>(data: Data) {
  return { found: { status: 'success', data } } as const;
}

const BOUNDS = ['afterStart', 'beforeEnd', 'afterCreatedAt', 'beforeCreatedAt', 'afterUpdatedAt', 'beforeUpdatedAt'] as const;

function withUtcBounds(query: BookingsQuery): BookingsQuery {
  const bounds = BOUNDS.flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [[name, toUtc(value, name)] as const];
  });
  return { ...query, ...Object.fromEntries(bounds) };
}

/** Dates stay dates; moments become UTC. */
function toUtc(text: string, name: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(text) !== undefined ? text : toUtcInstant(text, name);
}

/** The API takes a clock time without an offset as UTC, which nobody means: it is refused here. */
function toUtcInstant(text: string, name: string): string {
  const instant = parseInstant(text);
  if (instant !== undefined && hasOffset(text)) return new Date(instant).toISOString();
  throw new AppError(
    'invalid_input',
    `"${name}" must be an ISO 8601 moment with its offset, such as "2030-01-08T14:00:00Z", not "${text}".`,
    {
      hint: 'Add "Z" for UTC or an offset such as "+01:00".',
    },
  );
}
