import type { z } from 'zod';
import { toIsoUtc } from '../scheduling/index.ts';
import { DAY_MS, parseDate } from '../scheduling/local-date.ts';
import type { Interval } from '../scheduling/model.ts';
import { zoneOf } from '../scheduling/zone.ts';
import { listBusy, listFeeds } from '../store/calendars.ts';
import { listBookings } from '../store/list-bookings.ts';
import type { BusyTime, busyTimesQuery } from '../wire/calcom/calendars.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import type { Caller } from './authenticate.ts';
import { isOwnCalendar, OWN } from './calendars-output.ts';
import { HttpFailure } from './http-failure.ts';
import type { Service } from './serve.ts';

const MAXIMUM_DAYS = 366;
const DEFAULT_DAYS = 7;
const MAXIMUM_BOOKINGS = 1000;

type Query = z.output<typeof busyTimesQuery>;

/** When the named calendars say their owner is busy, in order. */
export async function readBusyTimes({ store, now }: Service, caller: Caller, query: Query): Promise<BusyTime[]> {
  const named = query.calendarsToLoad ?? toFlat(query);
  const range = toRange(query, caller, now());
  const feeds = await listFeeds(store.db, caller.id);
  const wanted = named.map((name) => {
    const feed = feeds.find(({ credentialId, url }) => credentialId === name.credentialId && url === name.externalId);
    if (feed !== undefined || isOwnCalendar(caller, name)) return { feed };
    throw new HttpFailure(
      404,
      `There is no calendar "${name.externalId}" with credentialId ${name.credentialId}. GET /v2/calendars lists yours.`,
    );
  });
  const ids = wanted.flatMap(({ feed }) => feed?.id ?? []);
  const outside = (await listBusy(store.db, ids, range)).map(({ start, end, feedId }) => ({
    start,
    end,
    source: feeds.find(({ id }) => id === feedId)?.name ?? 'ics-feed_calendar',
  }));
  const own = wanted.some(({ feed }) => feed === undefined) ? await readBookings(store, caller, range, now()) : [];
  return [...outside, ...own]
    .toSorted((one, other) => one.start - other.start)
    .map(({ start, end, source }) => ({ start: toIsoUtc(start), end: toIsoUtc(end), source }));
}

function toFlat({ credentialId, externalId }: Query): NonNullable<Query['calendarsToLoad']> {
  if (credentialId !== undefined && externalId !== undefined) return [{ credentialId, externalId }];
  throw new HttpFailure(
    400,
    'Name the calendars: calendarsToLoad[0][credentialId] and calendarsToLoad[0][externalId], or credentialId and externalId.',
  );
}

/** Dates are whole days of the zone, both included. */
function toRange({ dateFrom, dateTo, timeZone, loggedInUsersTz }: Query, caller: Caller, now: number): Interval {
  const zone = zoneOf(timeZone ?? loggedInUsersTz ?? caller.timeZone);
  const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  const startOf = (text: string, days: number) => (isDate(text) ? zone.startOfDay(parseDate(text) + days) : (parseInstant(text) ?? now));
  const start = dateFrom === undefined ? zone.startOfDay(zone.dayAt(now)) : startOf(dateFrom, 0);
  const end = dateTo === undefined ? start + DEFAULT_DAYS * DAY_MS : startOf(dateTo, 1);
  if (end <= start) throw new HttpFailure(400, `dateTo "${dateTo}" lies before dateFrom "${dateFrom}".`);
  if (end - start > MAXIMUM_DAYS * DAY_MS) throw new HttpFailure(400, `Busy times are answered for at most ${MAXIMUM_DAYS} days at once.`);
  return { start, end };
}

async function readBookings({ db }: Service['store'], { id, email }: Caller, range: Interval, now: number) {
  const { bookings } = await listBookings(db, {
    viewer: { userId: id, email },
    now,
    statuses: ['upcoming', 'past'],
    afterStart: range.start - DAY_MS,
    beforeEnd: range.end + DAY_MS,
    take: MAXIMUM_BOOKINGS,
    skip: 0,
  });
  return bookings
    .filter(({ status, startAt, endAt }) => status === 'accepted' && startAt < range.end && endAt > range.start)
    .map(({ startAt, endAt }) => ({ start: startAt, end: endAt, source: OWN.type }));
}
