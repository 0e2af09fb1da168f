import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, type BookingsQuery, booking } from '../../wire/calcom/bookings.ts';
import { type Pagination, pagination } from '../../wire/calcom/envelope.ts';
import { parseMoment, startOfDate } from '../moment.ts';
import { toBookingCard, toBookingItem } from './booking-card.ts';
import { bookingStates, toStatusQuery } from './booking-status.ts';
import { defined } from './defined.ts';
import { type CalContext, rowId, shared } from './fields.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const PAGE_LIMIT = 250;
/** What is collected of all pages, or looked through for what the API cannot filter. */
const COLLECTED_LIMIT = 1000;
const text = z.string().trim().min(1);

const listInput = z.strictObject({
  status: z.array(z.enum(bookingStates)).min(1).optional().describe('Any of these, for example ["upcoming"]; all when absent.'),
  event_type_id: rowId.optional().describe('Only of this event type, for example 2.'),
  attendee_email: text.optional().describe('Exactly this address, for example "ada@example.com".'),
  attendee_name: text.optional().describe('Exactly this name, for example "Ada Lovelace".'),
  after_start: text.optional().describe('Starting at or after this date or time, for example "2030-01-07".'),
  before_end: text.optional().describe('Ending by this time, or by the end of this date, for example "2030-01-13".'),
  limit: z.int().min(1).max(PAGE_LIMIT).optional().describe('How many at most, for example 20; 100 when absent.'),
  page: z.int().min(1).max(1_000_000).optional().describe('Which page of so many, for example 2; the first when absent.'),
  all: z.boolean().optional().describe('Collect all pages, up to 1000 bookings, for example true.'),
});

type ListInput = z.output<typeof listInput>;

export const listBookings = defineTool({
  ...shared,
  name: 'list_bookings',
  summary: 'List bookings, by status, attendee, event type and time.',
  effect: 'read',
  everyday: true,
  input: listInput,
  output: z.object({ bookings: z.array(booking), pagination, note: z.string().optional() }),
  aliases: { take: 'limit', statuses: 'status', after: 'after_start', before: 'before_end' },
  accept: ({ status, skip, ...given }) => ({ ...given, ...toList(status), ...toPage(skip, given) }),
  command: {
    resource: 'bookings',
    action: 'list',
    flags: { after: 'after_start', before: 'before_end', take: 'limit' },
    phrases: { after_start: 'day', before_end: 'day' },
    // What is over or cancelled is shown only when it is asked for, by its status or by a time.
    preset: { input: { status: ['upcoming'] }, unless: ['status', 'after_start', 'before_end'] },
  },
  example: { status: ['upcoming'], limit: 5 },
  run: list,
  card({ bookings, pagination: { totalItems }, note }, { timeZone }) {
    const more = totalItems - bookings.length;
    return {
      kind: 'booking-list',
      title: totalItems === 1 ? '1 booking' : `${totalItems} bookings`,
      items: bookings.map((found) => toBookingItem(found, timeZone)),
      ...(bookings.length === 0
        ? { note: 'Nothing here.' }
        : note !== undefined
          ? { note }
          : more > 0
            ? { note: `${more} more are not shown.` }
            : {}),
    };
  },
});

export const getBooking = defineTool({
  ...shared,
  name: 'get_booking',
  summary: 'Show one booking, or a whole series, by its uid or id.',
  effect: 'read',
  everyday: true,
  input: z.strictObject({ id: text.describe('Its uid or id, or the uid of a series, for example "bkg_8x2m".') }),
  output: z.union([booking, z.array(booking)]),
  aliases: { uid: 'id', booking_uid: 'id', booking_id: 'id' },
  accept: ({ id, ...given }) => ({ ...given, id: typeof id === 'number' ? String(id) : id }),
  command: { resource: 'bookings', action: 'get', positionals: ['id'] },
  example: { id: 'bkg_8x2m' },
  async run({ id }, context: CalContext) {
    const { clients, signal } = context;
    try {
      const series = await clients.cal.getSeries(id, { signal });
      const [first] = series;
      return series.length === 1 && first !== undefined ? first : [...series];
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error;
      const found = /^\d{1,10}$/.test(id) ? await findByNumber(Number(id), context) : undefined;
      if (found !== undefined) return found;
      throw new AppError('not_found', `There is no booking "${id}".`, { cause: error, hint: 'List the bookings: each shows its uid.' });
    }
  },
  card(found, { timeZone }) {
    if (!Array.isArray(found)) return toBookingCard(found, timeZone);
    return {
      kind: 'booking-list',
      title: `A series of ${found.length} bookings`,
      items: found.map((part) => toBookingItem(part, timeZone)),
    };
  },
});

async function list(wanted: ListInput, { clients, signal, timeZone, now }: CalContext) {
  const { limit = 100, page = 1, all = false, status } = wanted;
  const states = status === undefined ? undefined : toStatusQuery(status);
  const query: BookingsQuery = defined({
    status: states === undefined ? undefined : [...states.filters],
    eventTypeId: wanted.event_type_id,
    attendeeEmail: wanted.attendee_email,
    attendeeName: wanted.attendee_name,
    afterStart: wanted.after_start === undefined ? undefined : toInstant(wanted.after_start, timeZone, 0),
    beforeEnd: wanted.before_end === undefined ? undefined : toInstant(wanted.before_end, timeZone, 1),
  });
  if (!all && states?.keeps === undefined) {
    const answer = await clients.cal.listBookings({ ...query, take: limit, skip: (page - 1) * limit }, { signal });
    return { bookings: [...answer.bookings], pagination: answer.pagination };
  }
  const { bookings, total } = await collect(query, { clients, signal });
  const isCut = total > bookings.length;
  const meant = states?.keeps === undefined ? bookings : bookings.filter((found) => states.keeps?.(found, now));
  const note = isCut ? { note: `Stopped after ${bookings.length} of ${total} bookings: narrow it down by time or status.` } : {};
  if (all) return { bookings: meant, pagination: toPagination(meant.length, { limit: Math.max(1, meant.length), page: 1 }), ...note };
  const shown = meant.slice((page - 1) * limit, page * limit);
  return { bookings: shown, pagination: toPagination(meant.length, { limit, page }), ...note };
}

async function collect(query: BookingsQuery, { clients, signal }: Pick<CalContext, 'clients' | 'signal'>) {
  const found = new Map<number, Booking>();
  for (let skip = 0; ; skip += PAGE_LIMIT) {
    const { bookings, pagination: counts } = await clients.cal.listBookings({ ...query, take: PAGE_LIMIT, skip }, { signal });
    for (const one of bookings) found.set(one.id, one);
    const isEnd = !counts.hasNextPage || bookings.length === 0;
    if (isEnd || skip + PAGE_LIMIT >= COLLECTED_LIMIT)
      return { bookings: [...found.values()], total: isEnd ? found.size : counts.totalItems };
  }
}

/** Numbers stand in webhooks and calendars; the API finds bookings by uid only. */
async function findByNumber(id: number, { clients, signal }: CalContext): Promise<Booking | undefined> {
  const { bookings } = await collect({ sortCreated: 'desc' }, { clients, signal });
  return bookings.find((found) => found.id === id);
}

function toPagination(total: number, { limit, page }: { readonly limit: number; readonly page: number }): Pagination {
  const returned = Math.max(0, Math.min(limit, total - (page - 1) * limit));
  const totalPages = Math.ceil(total / limit);
  return {
    totalItems: total,
    remainingItems: Math.max(0, total - (page - 1) * limit - returned),
    returnedItems: returned,
    itemsPerPage: limit,
    currentPage: page,
    totalPages,
    hasNextPage: page < totalPages,
    hasPreviousPage: page > 1,
  };
}

/** `"upcoming"` and `"upcoming,past"` as a list. */
function toList(status: unknown): { readonly status?: unknown } {
  if (status === undefined) return {};
  const parts = (Array.isArray(status) ? status : [status]).flatMap((part) =>
    typeof part === 'string' ? part.split(',').map((name) => name.trim().toLowerCase()) : [part],
  );
  return { status: parts };
}

/** `take` and `skip`, as the API counts: only whole pages have a number. */
function toPage(skip: unknown, { limit = 100, page }: Readonly<Record<string, unknown>>): { readonly page?: unknown } {
  if (skip === undefined || page !== undefined) return {};
  if (typeof skip === 'number' && typeof limit === 'number' && skip >= 0 && skip % limit === 0) return { page: skip / limit + 1 };
  throw new AppError('invalid_input', `"skip" must be a multiple of the limit ${JSON.stringify(limit)}, not ${JSON.stringify(skip)}.`, {
    hint: 'Use limit and page instead.',
  });
}

function toInstant(given: string, timeZone: string, daysLater: number): string {
  return new Date(DATE.test(given) ? startOfDate(given, timeZone, daysLater) : parseMoment(given, timeZone)).toISOString();
}
