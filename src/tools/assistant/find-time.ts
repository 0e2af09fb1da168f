import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardDay } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type CalContext, minutes } from '../cal/fields.ts';
import { toDayLabel, toTimeLabel } from '../moment.ts';
import { chooseEventType } from './event-type.ts';
import { DAY_PARTS, hoursOf, isInHours, isWithin, type Span, startsOf, toFreeSpans } from './free-time.ts';
import { type Companion, findCompanion } from './people.ts';
import { type Hours, readTiming, toDate } from './when.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const LONGEST_DAYS = 90;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const eventType = z.object({ id: z.number(), slug: z.string(), title: z.string(), lengthInMinutes: z.number() });

export const findTime = defineTool({
  namespace: 'assistant',
  provider: 'cal',
  name: 'find_time',
  summary: 'Find the earliest times when you, or several people, are free.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  everyday: true,
  input: z.strictObject({
    when: z.string().optional().describe('For example "next week"; two weeks when absent.'),
    with: z.array(z.string()).optional().describe('Username or e-mail, for example ["bob"].'),
    event_type: z.string().optional().describe('Id, slug or name, for example "30min".'),
    duration_minutes: minutes.optional().describe('Length, for example 45.'),
    part_of_day: z.enum(DAY_PARTS).optional().describe('For example "morning".'),
    weekdays: z.array(z.enum(WEEKDAYS)).optional().describe('For example ["Tue","Thu"].'),
    notice_minutes: z.int().min(0).max(43_200).optional().describe('From now, for example 120.'),
    limit: z.int().min(1).max(100).optional().describe('How many, for example 3.'),
  }),
  output: z.object({
    eventType,
    durationMinutes: z.number(),
    timeZone: z.string(),
    slots: z.array(z.object({ start: z.string(), end: z.string() })),
    /** Whose free times were looked at besides yours. */
    people: z.array(z.object({ username: z.string(), name: z.string(), email: z.string().optional() })),
    /** Whose calendars cannot be seen: the slots say nothing of them. */
    unseen: z.array(z.object({ person: z.string(), name: z.string().optional(), email: z.string().optional(), why: z.string() })),
    assumed: z.array(z.string()),
    /** Where it was looked: UTC, half-open. */
    window: z.object({ start: z.string(), end: z.string() }),
  }),
  aliases: {
    people: 'with',
    attendees: 'with',
    event_type_id: 'event_type',
    event_type_slug: 'event_type',
    duration: 'duration_minutes',
    count: 'limit',
  },
  accept: ({ event_type, with: people, ...others }) => ({
    ...others,
    ...(event_type === undefined ? {} : { event_type: typeof event_type === 'number' ? String(event_type) : event_type }),
    ...(people === undefined
      ? {}
      : {
          with: [people].flat().flatMap((person) => (typeof person === 'string' ? person.split(',').map((one) => one.trim()) : [person])),
        }),
  }),
  command: { resource: 'find-time', positionals: ['when'] },
  example: { when: 'next week', duration_minutes: 30, part_of_day: 'morning' },
  async run(input, context: CalContext) {
    const { clients, signal, now, timeZone } = context;
    const limit = input.limit ?? 5;
    const chosen = await chooseEventType(input, context);
    const search = await toSearch(input.when, { now, timeZone });
    const earliest = Math.max(search.start, now + (input.notice_minutes ?? 0) * MINUTE_MS);
    if (search.end <= earliest) {
      throw new AppError('invalid_input', `"${input.when ?? ''}" leaves no time to look at.`, {
        hint: 'Look later, or ask for less notice.',
      });
    }
    const companions = await Promise.all((input.with ?? []).map((said) => findCompanion(said, context)));
    const seen = withoutMe(
      companions.filter((companion) => companion.isSeen),
      context,
    );
    const window = { start: earliest, end: search.end };
    const lengthMs = chosen.durationMinutes * MINUTE_MS;
    const own = await clients.cal.getSlots(
      {
        eventTypeId: chosen.eventType.id,
        ...toQuery(window),
        ...(chosen.durationMinutes === chosen.eventType.lengthInMinutes ? {} : { duration: chosen.durationMinutes }),
      },
      { signal },
    );
    const theirs = await Promise.all(seen.map((companion) => freeSpansOf(companion, window, context)));
    const hours = [search.hours, input.part_of_day === undefined ? undefined : hoursOf(input.part_of_day)].filter(
      (part) => part !== undefined,
    );
    const slots = startsOf(own)
      .filter((start) => start >= earliest)
      .map((start) => ({ start, end: start + lengthMs }))
      .filter((slot) => slot.end <= search.end || search.isDays)
      .filter((slot) => hours.every((part) => isInHours(slot, part, timeZone)))
      .filter((slot) => input.weekdays === undefined || input.weekdays.includes(weekdayOf(slot.start, timeZone)))
      .filter((slot) => theirs.every((spans) => isWithin(slot, spans)))
      .slice(0, limit);
    const { id, slug, title, lengthInMinutes } = chosen.eventType;
    return {
      eventType: { id, slug, title, lengthInMinutes },
      durationMinutes: chosen.durationMinutes,
      timeZone,
      slots: slots.map(({ start, end }) => ({ start: new Date(start).toISOString(), end: new Date(end).toISOString() })),
      people: seen.map(({ username, name, email }) => ({ username, name, ...(email === undefined ? {} : { email }) })),
      unseen: companions.flatMap((companion) => (companion.isSeen ? [] : [toUnseen(companion)])),
      assumed: [...chosen.assumed, ...search.assumed],
      window: { start: new Date(window.start).toISOString(), end: new Date(window.end).toISOString() },
    };
  },
  card({ eventType: found, durationMinutes, timeZone, slots, people, unseen, assumed }): Card {
    const days = Map.groupBy(slots, ({ start }) => toDate(Date.parse(start), timeZone));
    const everybody = people.length === 0 ? '' : ` with ${people.map(({ name }) => name).join(' and ')}`;
    const count = slots.length === 1 ? '1 free time' : `${slots.length} free times`;
    const [only] = people.length + unseen.length === 1 ? [...people, ...unseen] : [];
    const attendee =
      only?.email === undefined ? undefined : { name: only.name ?? only.email.split('@')[0] ?? only.email, email: only.email };
    const notes = [
      ...unseen.map(({ person, why }) => `The calendar of "${person}" cannot be seen: ${why}.`),
      ...(slots.length === 0 ? ['Look at other days, or ask for less.'] : []),
      ...(assumed.length === 0 ? [] : [`Assumed: ${assumed.join('; ')}.`]),
    ];
    return {
      kind: 'slots',
      title: slots.length === 0 ? `No free time for ${found.title}${everybody}` : `${count} for ${found.title}${everybody}`,
      fields: [{ label: 'Time zone', value: timeZone }],
      days: [...days].map(
        ([date, starts]): CardDay => ({
          date,
          label: toDayLabel(Date.parse(starts[0]?.start ?? date), timeZone),
          slots: starts.map(({ start }) => ({ start, label: toTimeLabel(Date.parse(start), timeZone) })),
        }),
      ),
      draft: {
        eventTypeId: found.id,
        eventTypeTitle: found.title,
        durationMinutes,
        timeZone,
        ...(attendee === undefined ? {} : { attendee }),
      },
      ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    };
  },
});

interface Search extends Span {
  readonly hours?: Hours;
  /** It ends with a day: a meeting may begin late on it. */
  readonly isDays: boolean;
  readonly assumed: readonly string[];
}

async function toSearch(when: string | undefined, { now, timeZone }: { readonly now: number; readonly timeZone: string }): Promise<Search> {
  if (when === undefined) return { start: now, end: now + 14 * DAY_MS, isDays: false, assumed: [] };
  const timing = await readTiming(when, { now, timeZone });
  if (timing.kind === 'moment') {
    // "Friday at two" looks from two o'clock on.
    const end = timing.end ?? timing.start + DAY_MS;
    return { start: timing.start, end, isDays: false, assumed: timing.assumed };
  }
  if (timing.end - timing.start > LONGEST_DAYS * DAY_MS) {
    throw new AppError('invalid_input', `"${when}" is too long to look through.`, {
      hint: `Ask for at most ${LONGEST_DAYS} days at once.`,
    });
  }
  const { start, end, hours, assumed } = timing;
  return { start, end, ...(hours === undefined ? {} : { hours }), isDays: toTimeLabel(end, timeZone) === '00:00', assumed };
}

type Seen = Extract<Companion, { isSeen: true }>;

/** The stretches in which this person and the caller are both free, by the hours each of them offers. */
async function freeSpansOf(
  { username }: Seen,
  window: Span,
  { clients, signal, principal, account }: CalContext,
): Promise<readonly Span[]> {
  const me = account === 'local' ? principal.username : (await clients.cal.getMe({ signal })).username;
  // The shortest length that groups of people have: what is free for longer is covered by several of them.
  const lengthMinutes = 15;
  const slots = await clients.cal.getSlots({ usernames: `${me},${username}`, ...toQuery(window), duration: lengthMinutes }, { signal });
  return toFreeSpans(slots, lengthMinutes * MINUTE_MS);
}

function toQuery({ start, end }: Span) {
  // An end at 00:00:00Z would mean the whole of that day; a millisecond earlier is the same range.
  return { start: new Date(start).toISOString(), end: new Date(end - 1).toISOString() };
}

function withoutMe(seen: readonly Seen[], { principal, account }: CalContext): readonly Seen[] {
  const others = seen.filter(({ username }) => account !== 'local' || username !== principal.username);
  return others.filter((one, index) => others.findIndex((other) => other.username === one.username) === index);
}

function toUnseen({ said, why, name, email }: Extract<Companion, { isSeen: false }>) {
  return { person: said, why, ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}

function weekdayOf(instant: number, timeZone: string): (typeof WEEKDAYS)[number] {
  const label = toDayLabel(instant, timeZone).slice(0, 3);
  return WEEKDAYS.find((day) => day === label) ?? 'Mon';
}
