import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardItem } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, booking } from '../../wire/calcom/bookings.ts';
import type { Schedule } from '../../wire/calcom/schedules.ts';
import { toBookingItem } from '../cal/booking-card.ts';
import type { CalContext } from '../cal/fields.ts';
import { findOrNothing } from '../cal/undoing.ts';
import { parseMoment, startOfDate, toDayLabel, toRangeLabel, toTimeLabel } from '../moment.ts';
import type { Span } from './free-time.ts';
import { readTiming, toDate, toMomentLabel } from './when.ts';

const DAY_MS = 86_400_000;
const SHORTEST_GAP_MS = 15 * 60_000;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export const dailyAgenda = defineTool({
  namespace: 'assistant',
  provider: 'cal',
  name: 'daily_agenda',
  summary: 'Show a day: its bookings, the gaps between them, and what is next.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  everyday: true,
  input: z.strictObject({
    date: z.string().trim().min(1).optional().describe('The day, for example "tomorrow" or "2030-01-08"; today when absent.'),
    time_zone: z.string().optional().describe('IANA zone of the reader, for example "Europe/Rome"; yours when absent.'),
  }),
  output: z.object({
    date: z.string(),
    timeZone: z.string(),
    bookings: z.array(booking),
    /** Free stretches within the hours of the default schedule: UTC, half-open. */
    gaps: z.array(z.object({ start: z.string(), end: z.string() })),
    /** The booking that goes on now or comes first after now, on whichever day. */
    next: booking.nullable(),
  }),
  aliases: { day: 'date', when: 'date' },
  command: { resource: 'agenda', positionals: ['date'] },
  example: { date: 'tomorrow' },
  async run(input, context: CalContext) {
    const { clients, signal, now } = context;
    const timeZone = checkTimeZone(input.time_zone ?? context.timeZone);
    const date = await readDay(input.date, { now, timeZone });
    const day = { start: startOfDate(date, timeZone), end: startOfDate(date, timeZone, 1) };
    const [{ bookings: near }, { bookings: coming }, schedule] = await Promise.all([
      clients.cal.listBookings(
        {
          afterStart: new Date(day.start - DAY_MS).toISOString(),
          beforeEnd: new Date(day.end + DAY_MS).toISOString(),
          sortStart: 'asc',
          take: 250,
        },
        { signal },
      ),
      clients.cal.listBookings({ status: ['upcoming'], sortStart: 'asc', take: 1 }, { signal }),
      findOrNothing(clients.cal.getDefaultSchedule({ signal })),
    ]);
    const bookings = near
      .filter((found) => (found.status === 'accepted' || found.status === 'pending') && isDuring(found, day))
      .toSorted((one, other) => Date.parse(one.start) - Date.parse(other.start));
    const gaps = toGaps(hoursOn(day, schedule ?? undefined), bookings);
    return {
      date,
      timeZone,
      bookings,
      gaps: gaps.map(({ start, end }) => ({ start: new Date(start).toISOString(), end: new Date(end).toISOString() })),
      next: coming[0] ?? null,
    };
  },
  card({ date, timeZone, bookings, gaps, next }): Card {
    const items = [
      ...bookings.map((found) => ({ at: Date.parse(found.start), item: toAgendaItem(found, timeZone) })),
      ...gaps.map(({ start, end }) => ({
        at: Date.parse(start),
        item: toGapItem({ start: Date.parse(start), end: Date.parse(end) }, timeZone),
      })),
    ];
    const count = bookings.length === 1 ? '1 booking' : `${bookings.length} bookings`;
    return {
      kind: 'list',
      title: `${toDayLabel(startOfDate(date, timeZone), timeZone)}: ${count}`,
      fields: [
        ...(next === null ? [] : [{ label: 'Next', value: `${next.title}, ${toMomentLabel(Date.parse(next.start), timeZone)}` }]),
        { label: 'Time zone', value: timeZone },
      ],
      items: items.toSorted((one, other) => one.at - other.at).map(({ item }) => item),
      ...(bookings.length === 0 ? { note: gaps.length === 0 ? 'Nothing is booked, and the day has no hours.' : 'Nothing is booked.' } : {}),
    };
  },
});

async function readDay(text: string | undefined, { now, timeZone }: { readonly now: number; readonly timeZone: string }): Promise<string> {
  if (text === undefined || /^today$/i.test(text)) return toDate(now, timeZone);
  const timing = await readTiming(text, { now, timeZone, mayBePast: true });
  if (timing.kind === 'span' && timing.end > startOfDate(toDate(timing.start, timeZone), timeZone, 1)) {
    throw new AppError('invalid_input', `"${text}" is more than one day.`, {
      hint: 'Name one day, like "tomorrow"; list_bookings shows longer times.',
    });
  }
  return toDate(timing.start, timeZone);
}

function isDuring(found: Booking, day: Span): boolean {
  return Date.parse(found.start) < day.end && Date.parse(found.end) > day.start;
}

/** The hours of a schedule that fall on the reader's day, which may be two days of the schedule's zone. */
function hoursOn(day: Span, schedule: Schedule | undefined): readonly Span[] {
  if (schedule === undefined) return [];
  const { timeZone, availability, overrides } = schedule;
  const dates = [...new Set([toDate(day.start, timeZone), toDate(day.end - 1, timeZone)])];
  return dates
    .flatMap((date) => {
      const weekday = WEEKDAYS[new Date(`${date}T12:00:00Z`).getUTCDay()] ?? 'Monday';
      const single = overrides.filter((override) => override.date === date);
      const hours = single.length > 0 ? single : availability.filter(({ days }) => days.includes(weekday));
      return hours.map(({ startTime, endTime }) => ({
        start: toInstant(date, startTime, timeZone),
        end: endTime === '23:59' ? startOfDate(date, timeZone, 1) : toInstant(date, endTime, timeZone),
      }));
    })
    .map(({ start, end }) => ({ start: Math.max(start, day.start), end: Math.min(end, day.end) }))
    .filter(({ start, end }) => start < end)
    .toSorted((one, other) => one.start - other.start);
}

/** A time that the clocks skip is an hour later. */
function toInstant(date: string, time: string, timeZone: string): number {
  try {
    return parseMoment(`${date}T${time}`, timeZone);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return parseMoment(`${date}T${String(Number(time.slice(0, 2)) + 1).padStart(2, '0')}${time.slice(2)}`, timeZone);
  }
}

function toGaps(hours: readonly Span[], bookings: readonly Booking[]): readonly Span[] {
  return hours.flatMap((open) => {
    const gaps: Span[] = [];
    let from = open.start;
    for (const found of bookings) {
      const [start, end] = [Date.parse(found.start), Date.parse(found.end)];
      if (end <= from || start >= open.end) continue;
      gaps.push({ start: from, end: start });
      from = end;
    }
    return [...gaps, { start: from, end: open.end }].filter(({ start, end }) => end - start >= SHORTEST_GAP_MS);
  });
}

function toAgendaItem(found: Booking, timeZone: string): CardItem {
  return {
    ...toBookingItem(found, timeZone),
    time: toHoursLabel({ start: Date.parse(found.start), end: Date.parse(found.end) }, timeZone),
  };
}

/** "09:00 – 10:00": the day stands above; it is named where the times are on two. */
function toHoursLabel({ start, end }: Span, timeZone: string): string {
  const isOneDay = toDate(start, timeZone) === toDate(end - 1, timeZone);
  return isOneDay ? `${toTimeLabel(start, timeZone)} – ${toTimeLabel(end, timeZone)}` : toRangeLabel(start, end, timeZone);
}

function toGapItem({ start, end }: Span, timeZone: string): CardItem {
  return { title: 'Free', time: toHoursLabel({ start, end }, timeZone) };
}
