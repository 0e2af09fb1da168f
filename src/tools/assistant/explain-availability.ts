import { z } from 'zod';
import type { Card } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import type { CalContext } from '../cal/fields.ts';
import { startOfDate, toDayLabel, toRangeLabel, toTimeLabel } from '../moment.ts';
import { chooseEventType } from './event-type.ts';
import { isWithin, type Span, startsOf, toFreeSpans } from './free-time.ts';
import { findObstacles, type Obstacle } from './obstacles.ts';
import { readTiming, toDate, toMomentLabel } from './when.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const ALTERNATIVES = 5;

const reason = z.object({ reason: z.string(), detail: z.string(), bookingUid: z.string().optional() });

export const explainAvailability = defineTool({
  namespace: 'assistant',
  provider: 'cal',
  name: 'explain_availability',
  summary: 'Say why a date or a time is not free, and what is instead.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({
    when: z.string().trim().min(1).describe('The date or time, for example "tomorrow 9am" or "2030-01-12".'),
    event_type: z.string().optional().describe('Id, slug or name, for example "30min".'),
    duration_minutes: z.int().min(1).max(1440).optional().describe('How long, for example 45.'),
    time_zone: z.string().optional().describe('IANA zone, for example "Europe/Rome"; yours when absent.'),
  }),
  output: z.object({
    eventType: z.object({ id: z.number(), slug: z.string(), title: z.string() }),
    timeZone: z.string(),
    /** What was asked about: UTC; `end` is exclusive. */
    start: z.string(),
    end: z.string(),
    isWholeDay: z.boolean(),
    isFree: z.boolean(),
    reasons: z.array(reason),
    /** Free starts: those of the day, or the nearest ones. */
    alternatives: z.array(z.string()),
    assumed: z.array(z.string()),
  }),
  aliases: { date: 'when', start: 'when', event_type_id: 'event_type', event_type_slug: 'event_type' },
  accept: ({ event_type, ...others }) => ({ ...others, ...(event_type === undefined ? {} : { event_type: String(event_type) }) }),
  command: { resource: 'explain', positionals: ['when'] },
  example: { when: 'saturday 10am' },
  async run(input, context: CalContext) {
    const timeZone = checkTimeZone(input.time_zone ?? context.timeZone);
    const { eventType, durationMinutes, assumed } = await chooseEventType(input, context);
    const timing = await readTiming(input.when, { now: context.now, timeZone });
    const asked: Asked = {
      ...{ eventType, durationMs: durationMinutes * MINUTE_MS, timeZone },
      duration: durationMinutes === eventType.lengthInMinutes ? {} : { duration: durationMinutes },
    };
    const isWholeDay = timing.kind === 'span';
    const span = { start: timing.start, end: isWholeDay ? timing.end : timing.start + asked.durationMs };
    const found = isWholeDay ? await explainSpan(span, asked, context) : await explainMoment(span, asked, context);
    return {
      eventType: { id: eventType.id, slug: eventType.slug, title: eventType.title },
      timeZone,
      start: new Date(span.start).toISOString(),
      end: new Date(span.end).toISOString(),
      isWholeDay,
      isFree: found.isFree,
      reasons: found.reasons.map((one) => ({ ...one })),
      alternatives: found.alternatives.map((start) => new Date(start).toISOString()),
      assumed: [...assumed, ...timing.assumed],
    };
  },
  card({ eventType, timeZone, start, end, isWholeDay, isFree, reasons, alternatives, assumed }): Card {
    const [from, to] = [Date.parse(start), Date.parse(end)];
    const isOneDay = toDate(from, timeZone) === toDate(to - 1, timeZone);
    const day = isOneDay ? toDayLabel(from, timeZone) : `${toDayLabel(from, timeZone)} – ${toDayLabel(to - 1, timeZone)}`;
    const label = isWholeDay ? day : toRangeLabel(from, to, timeZone);
    const times = alternatives.map((time) => (isFree && isOneDay ? toTimeLabel : toMomentLabel)(Date.parse(time), timeZone));
    return {
      kind: 'record',
      title: `${label}: ${isFree ? 'free' : 'not free'} for ${eventType.title}`,
      status: isFree ? { text: 'Free', tone: 'good' } : { text: 'Not free', tone: 'bad' },
      fields: [
        ...reasons.map(({ detail }, index) => ({ label: index === 0 ? 'Why' : `Why (${index + 1})`, value: detail })),
        ...(times.length === 0
          ? []
          : [{ label: isFree ? 'Free at' : 'Free instead', value: times.join(isFree && isOneDay ? ', ' : '; ') }]),
        { label: 'Time zone', value: timeZone },
      ],
      ...(assumed.length === 0 ? {} : { note: `Assumed: ${assumed.join('; ')}.` }),
    };
  },
});

interface Asked {
  readonly eventType: EventType;
  readonly durationMs: number;
  readonly timeZone: string;
  readonly duration: { readonly duration?: number };
}

interface Explained {
  readonly isFree: boolean;
  readonly reasons: readonly Obstacle[];
  readonly alternatives: readonly number[];
}

/** A day, or several: free when anything on them is. */
async function explainSpan(span: Span, asked: Asked, context: CalContext): Promise<Explained> {
  const { slots, explanation = {} } = await ask(span, asked, context);
  const starts = startsOf(slots);
  if (starts.length > 0) return { isFree: true, reasons: [], alternatives: starts.slice(0, 2 * ALTERNATIVES) };
  const isOneDay = Object.keys(explanation).length === 1;
  const told = Object.entries(explanation).map(([date, { reason: word, detail, conflictingBookingUids = [] }]) => {
    const [uid] = conflictingBookingUids;
    const day = isOneDay ? '' : `${toDayLabel(startOfDate(date, asked.timeZone), asked.timeZone)}: `;
    return { reason: word, detail: `${day}${detail}`, ...(uid === undefined ? {} : { bookingUid: uid }) };
  });
  return {
    isFree: false,
    reasons: told.length > 0 ? told : await unexplained(span, asked, context),
    alternatives: await nearest(span.start, asked, context),
  };
}

async function explainMoment(wanted: Span, asked: Asked, context: CalContext): Promise<Explained> {
  const near = await ask({ start: wanted.start - DAY_MS, end: wanted.end + DAY_MS }, asked, context);
  if (isWithin(wanted, toFreeSpans(near.slots, asked.durationMs))) return { isFree: true, reasons: [], alternatives: [] };
  const [obstacles, narrow] = await Promise.all([
    findObstacles(wanted, asked.eventType, context),
    // Only this start is asked about, so the reason that is given is the reason of it.
    ask({ start: wanted.start, end: wanted.start + MINUTE_MS }, asked, context),
  ]);
  const [told] = Object.values(narrow.explanation ?? {});
  const known = obstacles.length > 0 || told === undefined ? obstacles : [{ reason: told.reason, detail: told.detail }];
  return {
    isFree: false,
    reasons: known.length > 0 ? known : [toUnknown(asked, context)],
    alternatives: await nearest(wanted.start, asked, context),
  };
}

/** What can be seen of a span that nobody explains: its first hours stand for it. */
async function unexplained(span: Span, asked: Asked, context: CalContext): Promise<readonly Obstacle[]> {
  const noon = span.start + DAY_MS / 2;
  const obstacles = await findObstacles({ start: noon, end: noon + asked.durationMs }, asked.eventType, context);
  return obstacles.length > 0 ? obstacles : [toUnknown(asked, context)];
}

function toUnknown({ eventType }: Asked, { account }: CalContext): Obstacle {
  const detail =
    account === 'local'
      ? `A rule of "${eventType.title}" closes it: a limit, its booking window, or the spacing of its starts.`
      : 'Cal.com does not say why; nothing that can be seen from here stands in the way. It may be a limit, a booking window or a reservation.';
  return { reason: 'other', detail };
}

function ask({ start, end }: Span, { eventType, timeZone, duration }: Asked, { clients, signal, account }: CalContext) {
  const query = {
    ...{ eventTypeId: eventType.id, timeZone, ...duration },
    ...{ start: new Date(start).toISOString(), end: new Date(end - 1).toISOString() },
  };
  // Hosted Cal.com refuses a member that it does not know.
  if (account === 'local') return clients.cal.explainSlots(query, { signal });
  return clients.cal.getSlots(query, { signal }).then((slots) => ({ slots, explanation: undefined }));
}

/** The free starts nearest to a time, in order. */
async function nearest(around: number, asked: Asked, context: CalContext): Promise<readonly number[]> {
  const from = Math.max(context.now, around - 2 * DAY_MS);
  const { slots } = await ask({ start: from, end: Math.max(from, around) + 14 * DAY_MS }, asked, context);
  return startsOf(slots)
    .toSorted((one, other) => Math.abs(one - around) - Math.abs(other - around) || one - other)
    .slice(0, ALTERNATIVES)
    .sort((one, other) => one - other);
}
