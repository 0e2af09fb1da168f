import type { Request, When } from '../../../language/index.ts';
import type { CallResult } from './conversation.ts';
import { boundsOf } from './look.ts';
import { call, type Outcome, type Plan, type Scene } from './memory.ts';
import { toBookings } from './results.ts';
import { addDays, sayDate, sayDay, sayLength, sayList, sayMoment, sayTime, today, toInstant, toIso, toLocal } from './time.ts';

/** "Give me a room for an hour.", "open a locked video room until 17:00" */
export function* createRoom({ text, when, durationMinutes }: Request, { clock }: Scene): Plan {
  const end = durationMinutes === undefined && when !== undefined ? endOf(when, clock) : undefined;
  const start = when === undefined || end !== undefined ? undefined : startOf(when, clock);
  const name = /\b(?:called|named)\s+["“]?([\p{L}\p{N}][\p{L}\p{N} -]{0,29})/iu.exec(text)?.[1];
  const prefix = name === undefined ? undefined : toPrefix(name);
  const result = yield* call({
    tool: 'create_room',
    input: {
      ...(end === undefined ? { duration_minutes: durationMinutes ?? 60 } : { end_date: toIso(end) }),
      ...(start === undefined ? {} : { start_date: toIso(start) }),
      ...(prefix === undefined ? {} : { room_name_prefix: prefix }),
      ...(/\b(?:locked|private|knock)\b/i.test(text) ? { is_locked: true } : {}),
      ...(isForMany(text) ? { room_mode: 'group' } : {}),
    },
  });
  if (result.status !== 'done') return unmade(result);
  const made = toRoom(result.output);
  if (made === undefined) return { text: 'The room is made.', memory: { status: 'done' } };
  return { text: `Your room is open until ${sayMoment(Date.parse(made.endDate), clock)}: ${made.roomUrl}`, memory: { status: 'done' } };
}

/** "What rooms do I have?" */
export function* listRooms({ clock }: Scene): Plan {
  const result = yield* call({ tool: 'list_rooms', input: { limit: 50 } });
  if (result.status !== 'done') return unmade(result);
  const rooms = toData(result.output).flatMap((item) => toRoom(item) ?? []);
  const [first] = rooms;
  if (first === undefined)
    return { text: 'You have no video room just now.', suggestions: ['Give me a room for an hour'], memory: { status: 'done' } };
  const until = sayMoment(Date.parse(first.endDate), clock);
  if (rooms.length === 1) return { text: `You have one room, open until ${until}: ${first.roomUrl}`, memory: { status: 'done' } };
  return { text: `You have ${rooms.length} rooms. The newest is open until ${until}: ${first.roomUrl}`, memory: { status: 'done' } };
}

/** How many calls are looked into. */
const MOST = 5;

/** "Who came to yesterday's meeting?" Of the last call when no time is named. */
export function* attendance({ when }: Request, scene: Scene): Plan {
  const { clock } = scene;
  const span = when === undefined || when.unreadable === true ? undefined : boundsOf(when, scene);
  const from = span?.from ?? toInstant(`${addDays(today(clock), -30)}T00:00`, clock);
  const to = Math.min(span?.to ?? clock.now, Math.max(clock.now, from));
  const listed = yield* call({ tool: 'list_meetings', input: { from_date: toIso(from), to_date: toIso(to), limit: 50 }, isLookup: true });
  if (listed.status !== 'done') return unmade(listed);
  const meetings = toData(listed.output)
    .flatMap((item) => toMeeting(item) ?? [])
    .toSorted((one, other) => Date.parse(other.startDate) - Date.parse(one.startDate));
  const chosen = (span === undefined ? meetings.slice(0, 1) : meetings.slice(0, MOST)).toReversed();
  const label = span === undefined ? 'in the last thirty days' : sayPast(when, span.label, scene);
  if (chosen.length === 0) {
    return {
      text: `No call took place in a video room ${label}. Of meetings elsewhere I cannot know who came.`,
      memory: { status: 'done' },
    };
  }
  const titles = yield* titlesBetween(from, to);
  const lines: string[] = [];
  for (const { id, roomName } of chosen) {
    const shown = yield* call({ tool: 'get_meeting', input: { meeting_id: id, room_name: roomName } });
    if (shown.status !== 'done') return unmade(shown);
    lines.push(sayMeeting(shown.output, titles.get(bare(roomName)), scene));
  }
  const more = span !== undefined && meetings.length > MOST ? `\n\nThere were ${meetings.length - MOST} more.` : '';
  return { text: `${lines.join('\n\n')}${more}`, memory: { status: 'done' } };
}

/** Rooms that were made for bookings are known by their titles. */
function* titlesBetween(from: number, to: number): Plan<ReadonlyMap<string, string>> {
  const input = { status: ['upcoming', 'past'], after_start: toIso(from - DAY_MS), before_end: toIso(to + DAY_MS), take: 100 };
  const found = yield* call({ tool: 'list_bookings', input, isLookup: true });
  return new Map(toBookings(found).flatMap(({ location, title }) => (location == null ? [] : [[bare(location), title] as const])));
}

const DAY_MS = 86_400_000;

function sayMeeting(output: unknown, title: string | undefined, { clock }: Scene): string {
  const { startDate, duration, participants } = toRecord(output);
  const start = Date.parse(String(startDate));
  const people = Array.isArray(participants) ? participants.map(toRecord) : [];
  const names = [...new Set(people.map(({ name }) => String(name)))];
  const what = `${title === undefined ? 'The call' : `"${title}"`} ${sayDay(toLocal(start, clock), clock)} at ${sayTime(start, clock)}`;
  const length = typeof duration === 'number' ? `, which took ${sayLength(Math.max(1, Math.round(duration / 60)))}` : '';
  if (names.length === 0) return `Nobody came to ${lower(what)}.`;
  const who = names.length === 1 ? `Only ${names[0]} came` : `${names.length} people came`;
  return `${who} to ${lower(what)}${length}${names.length === 1 ? '.' : `: ${sayList(names)}.`}`;
}

const lower = (text: string) => text.replace(/^The /, 'the ');

function sayPast(when: When | undefined, label: string, { clock }: Scene): string {
  return when?.date === addDays(today(clock), -1)
    ? 'yesterday'
    : label.startsWith('on ') && when?.date !== undefined
      ? `on ${sayDate(when.date, clock)}`
      : label;
}

function endOf({ to, from, date, endTime, time }: When, clock: Scene['clock']): number | undefined {
  if (from !== undefined || time !== undefined) return undefined;
  if (endTime !== undefined) return toInstant(`${date ?? today(clock)}T${endTime}`, clock);
  if (to === undefined) return undefined;
  return toInstant(to.length === 5 ? `${date ?? today(clock)}T${to}` : to.length > 10 ? to : `${to}T00:00`, clock);
}

function startOf({ date, time }: When, clock: Scene['clock']): number | undefined {
  if (date === undefined && time === undefined) return undefined;
  const start = toInstant(`${date ?? today(clock)}T${time ?? '00:00'}`, clock);
  return start > clock.now ? start : undefined;
}

function isForMany(text: string): boolean {
  const count = Number(/\bfor (\d{1,3}) (?:people|persons|guests|of us)\b/i.exec(text)?.[1] ?? 0);
  return count > 4 || /\b(?:group|large|big) (?:\w+ )?room\b/i.test(text);
}

function toPrefix(name: string): string {
  const letters = name
    .split(/\s+(?:for|until|till|from|at|on|tomorrow|today)\b/i)[0]
    ?.normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${(letters ?? '').slice(0, 38)}-`;
}

function unmade(result: Exclude<CallResult, { status: 'done' }>): Outcome {
  switch (result.status) {
    case 'failed':
      return {
        text: `${result.error.message}${result.error.hint === undefined ? '' : ` ${result.error.hint}`}`,
        memory: { status: 'idle' },
      };
    case 'denied':
      return { text: 'Okay, nothing was changed.', memory: { status: 'idle' } };
    case 'pending':
      return { text: 'It is done as soon as you approve it on the card.', memory: { status: 'pending' } };
    default:
      return { text: result.message, memory: { status: 'idle' } };
  }
}

interface KnownRoom {
  readonly roomUrl: string;
  readonly endDate: string;
}

function toRoom(value: unknown): KnownRoom | undefined {
  const { roomUrl, endDate } = toRecord(value);
  return typeof roomUrl === 'string' && typeof endDate === 'string' ? { roomUrl, endDate } : undefined;
}

function toMeeting(value: unknown): { readonly id: string; readonly roomName: string; readonly startDate: string } | undefined {
  const { id, roomName, startDate } = toRecord(value);
  return typeof id === 'string' && typeof roomName === 'string' && typeof startDate === 'string' ? { id, roomName, startDate } : undefined;
}

function toData(output: unknown): readonly unknown[] {
  const { data } = toRecord(output);
  return Array.isArray(data) ? data : [];
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function bare(text: string): string {
  return (
    text
      .replace(/[?#].*$/, '')
      .split('/')
      .findLast((part) => part !== '') ?? ''
  );
}
