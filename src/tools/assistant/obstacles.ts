import type { Booking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import type { Schedule } from '../../wire/calcom/schedules.ts';
import type { CalContext } from '../cal/fields.ts';
import { formatHours } from '../cal/hours.ts';
import { findOrNothing } from '../cal/undoing.ts';
import { toRangeLabel, toTimeLabel } from '../moment.ts';
import { isInHours, type Span } from './free-time.ts';
import { toDate, toMomentLabel } from './when.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Something that stands in the way of a meeting. */
export interface Obstacle {
  /** "busy", "outside_hours", "notice", "past", "away", "other" or the service's own word. */
  readonly reason: string;
  /** A sentence. */
  readonly detail: string;
  readonly bookingUid?: string;
}

/** Everything that can be seen to stand in the way of a meeting of the event type at this time; on hosted accounts this is all there is to know. */
export async function findObstacles(wanted: Span, eventType: EventType, context: CalContext): Promise<readonly Obstacle[]> {
  const { now, timeZone } = context;
  const [bookings, schedule, away, busy] = await Promise.all([
    listOverlapping(withBuffers(wanted, eventType), context),
    scheduleOf(eventType, context),
    awayOn(wanted, context),
    busyDuring(wanted, context),
  ]);
  const noticeMs = (eventType.minimumBookingNotice ?? 0) * MINUTE_MS;
  return [
    ...(wanted.start <= now ? [{ reason: 'past', detail: `${toMomentLabel(wanted.start, timeZone)} is in the past.` }] : []),
    ...bookings.map((booking) => toBusy(booking, wanted, timeZone)),
    ...(wanted.start > now && wanted.start < now + noticeMs ? [toNotice(eventType, context)] : []),
    ...(away ? [{ reason: 'away', detail: 'You are out of office that day.' }] : []),
    ...(schedule === undefined || isOpen(wanted, schedule) ? [] : [toClosed(schedule)]),
    ...(bookings.length === 0 ? busy : []),
  ];
}

function withBuffers({ start, end }: Span, { beforeEventBuffer, afterEventBuffer }: EventType): Span {
  return { start: start - (beforeEventBuffer ?? 0) * MINUTE_MS, end: end + (afterEventBuffer ?? 0) * MINUTE_MS };
}

async function listOverlapping({ start, end }: Span, { clients, signal }: CalContext): Promise<readonly Booking[]> {
  const { bookings } = await clients.cal.listBookings(
    { afterStart: new Date(start - DAY_MS).toISOString(), beforeEnd: new Date(end + DAY_MS).toISOString(), take: 250 },
    { signal },
  );
  return bookings.filter((booking) => booking.status === 'accepted' && Date.parse(booking.start) < end && Date.parse(booking.end) > start);
}

function toBusy(booking: Booking, wanted: Span, timeZone: string): Obstacle {
  const [start, end] = [Date.parse(booking.start), Date.parse(booking.end)];
  const label = toRangeLabel(start, end, timeZone);
  const isBeside = end <= wanted.start || start >= wanted.end;
  return {
    reason: 'busy',
    detail: isBeside ? `The pause around "${booking.title}" (${label}) reaches into it.` : `"${booking.title}" is then: ${label}.`,
    bookingUid: booking.uid,
  };
}

function toNotice({ title, minimumBookingNotice }: EventType, { now, timeZone }: CalContext): Obstacle {
  const minutes = minimumBookingNotice ?? 0;
  return {
    reason: 'notice',
    detail: `"${title}" wants ${minutes} minutes of notice: the earliest start is ${toMomentLabel(now + minutes * MINUTE_MS, timeZone)}.`,
  };
}

async function scheduleOf({ scheduleId }: EventType, { clients, signal }: CalContext): Promise<Schedule | undefined> {
  if (scheduleId == null) return (await findOrNothing(clients.cal.getDefaultSchedule({ signal }))) ?? undefined;
  return findOrNothing(clients.cal.getSchedule(scheduleId, { signal }));
}

function isOpen(wanted: Span, { timeZone, availability, overrides }: Schedule): boolean {
  const date = toDate(wanted.start, timeZone);
  const single = overrides.filter((override) => override.date === date);
  const weekday = WEEKDAYS[new Date(`${date}T12:00:00Z`).getUTCDay()] ?? 'Monday';
  const hours = single.length > 0 ? single : availability.filter(({ days }) => days.includes(weekday));
  return hours.some(({ startTime, endTime }) => isInHours(wanted, [startTime, endTime === '23:59' ? '24:00' : endTime], timeZone));
}

function toClosed({ name, timeZone, availability }: Schedule): Obstacle {
  return { reason: 'outside_hours', detail: `It lies outside the hours of "${name}": ${formatHours(availability)} (${timeZone}).` };
}

async function awayOn({ start, end }: Span, { clients, signal }: CalContext): Promise<boolean> {
  const entries = await findOrNothing(clients.cal.listOutOfOffice({ take: 250 }, { signal }));
  return (entries ?? []).some((entry) => Date.parse(entry.start) < end && Date.parse(entry.end) > start);
}

async function busyDuring({ start, end }: Span, { clients, signal, timeZone }: CalContext): Promise<readonly Obstacle[]> {
  const connected = await findOrNothing(clients.cal.listCalendars({ signal }));
  const calendars = (connected?.connectedCalendars ?? [])
    .flatMap(({ calendars: listed = [] }) => listed)
    .filter(({ isSelected }) => isSelected)
    .map(({ credentialId, externalId }) => ({ credentialId, externalId }));
  if (calendars.length === 0) return [];
  const range = { dateFrom: new Date(start).toISOString(), dateTo: new Date(end).toISOString() };
  const busy = await findOrNothing(clients.cal.getBusyTimes({ calendars, ...range }, { signal }));
  return (busy ?? [])
    .map((time) => ({ start: Date.parse(time.start), end: Date.parse(time.end), source: time.source }))
    .filter((time) => time.start < end && time.end > start)
    .map((time) => ({
      reason: 'busy',
      detail: `${time.source ? `"${time.source}"` : 'A connected calendar'} is busy ${toTimeLabel(time.start, timeZone)} – ${toTimeLabel(time.end, timeZone)}.`,
    }));
}
