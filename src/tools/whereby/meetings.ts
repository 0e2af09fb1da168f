import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { CardItem } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import type { Participant, Recording, SessionInsight } from '../../wire/whereby/index.ts';
import { participant } from '../../wire/whereby/insights.ts';
import { recording } from '../../wire/whereby/recordings.ts';
import { parseMoment, startOfDate } from '../moment.ts';
import {
  cursor,
  listOf,
  roomName,
  toBareName,
  toDurationLabel,
  toMomentLabel,
  toSpanLabel,
  type WherebyContext,
  whereby,
} from './fields.ts';
import { recallSession } from './find-room.ts';
import { parseMeetingsCursor, toMeetingsCursor } from './meetings-cursor.ts';
import { findSessionRoom, type MeetingSummary, meetingSummary, readSessions, toInsightsName, toMeetingSummary } from './sessions.ts';

const DEFAULT_LIMIT = 50;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const when = (text: string) => z.string().trim().min(1, { error: 'must not be empty' }).max(100).optional().describe(text);

export const listMeetings = defineTool({
  ...whereby,
  name: 'list_meetings',
  summary: 'List past calls in video rooms, room by room, newest first.',
  effect: 'read',
  command: { resource: 'meetings', action: 'list' },
  example: { limit: 20 },
  aliases: { from: 'from_date', to: 'to_date', after: 'from_date', before: 'to_date' },
  input: z.strictObject({
    limit: z.int().min(1).max(100).optional().describe('How many at most, for example 20; 50 when absent.'),
    cursor,
    from_date: when('Started at or after this date or time, for example "2030-01-07".'),
    to_date: when('Started before this time or by the end of this date, for example "2030-01-31".'),
    room_name: roomName.optional(),
  }),
  output: listOf(meetingSummary),
  async run({ limit = DEFAULT_LIMIT, cursor: text, from_date: fromDate, to_date: toDate, room_name: name }, context: WherebyContext) {
    const filter = {
      from: fromDate === undefined ? Number.NEGATIVE_INFINITY : toBound(fromDate, context.timeZone, 0),
      to: toDate === undefined ? Number.POSITIVE_INFINITY : toBound(toDate, context.timeZone, 1),
      roomName: name === undefined ? undefined : toInsightsName(name),
    };
    if (filter.from > filter.to) {
      throw new AppError('invalid_input', `"${fromDate}" is after "${toDate}".`, { hint: 'Exchange "from_date" and "to_date".' });
    }
    // Infinity is no JSON.
    const named = [context.account, String(filter.from), String(filter.to), filter.roomName];
    const page = await readSessions(context, filter, { position: parseMeetingsCursor(text, named), limit });
    return { data: page.sessions.map(toMeetingSummary), meta: { nextCursor: page.next && toMeetingsCursor(page.next, named) } };
  },
  card: ({ data, meta }, { timeZone }) => ({
    kind: 'list',
    title: data.length === 1 ? '1 meeting' : `${data.length} meetings`,
    items: data.map((found) => toItem(found, timeZone)),
    ...(meta.nextCursor !== null ? { note: 'There are more.' } : data.length === 0 ? { note: LAG } : {}),
  }),
});

const LAG = 'Nothing here. Hosted Whereby shows a call 10 to 15 minutes after it.';

function toItem(found: MeetingSummary, timeZone: string): CardItem {
  const time = toSpanLabel(found.startDate, found.endDate, timeZone);
  const count = found.totalUniqueParticipants;
  return {
    title: toBareName(found.roomName),
    ...(time === undefined ? {} : { time }),
    detail: [
      count === 1 ? '1 person' : `${count} people`,
      ...(found.duration === null ? ['still going on'] : [toDurationLabel(found.duration)]),
    ].join(' · '),
    ref: found.id,
  };
}

function toBound(text: string, timeZone: string, daysLater: number): number {
  return DATE.test(text) ? startOfDate(text, timeZone, daysLater) - daysLater : parseMoment(text, timeZone);
}

const meetingDetails = z.object({
  id: z.string(),
  /** Null when it could not be found out. */
  roomName: z.string().nullable(),
  startDate: z.string().nullable(),
  endDate: z.string().nullable(),
  /** Seconds; null while it goes on. */
  duration: z.number().nullable(),
  /** Times are those of the participants: the call's own could not be found. */
  approximate: z.boolean(),
  participants: z.array(participant.extend({ name: z.string(), role: z.string() })),
  recordings: z.array(recording),
});

export const getMeeting = defineTool({
  ...whereby,
  name: 'get_meeting',
  summary: 'Show one past call: who came, when, for how long, and its recordings.',
  effect: 'read',
  command: { resource: 'meetings', action: 'get', positionals: ['meeting_id'] },
  example: { meeting_id: 'abc123' },
  aliases: { id: 'meeting_id', room_session_id: 'meeting_id', session_id: 'meeting_id' },
  input: z.strictObject({
    meeting_id: z
      .string()
      .trim()
      .min(1, { error: 'must not be empty' })
      .max(200)
      .describe('The call\'s id, for example "3f2a…"; list_meetings shows it.'),
    room_name: roomName.optional(),
  }),
  output: meetingDetails,
  async run({ meeting_id: id, room_name: given }, context: WherebyContext) {
    const { whereby: client } = context.clients;
    const name = given === undefined ? recallSession(client, id) : toInsightsName(given);
    const named = name === undefined ? undefined : await readSession(id, name, context);
    const people = await readParticipants(id, context);
    const joined = Math.min(...people.map(({ joinedAt }) => Date.parse(joinedAt)));
    const session = named ?? (people.length === 0 ? undefined : await findSessionRoom(id, joined, context));
    if (session === undefined && people.length === 0) throw await toNotFound(id, context);
    const times = session === undefined ? approximate(people) : toMeetingSummary(session);
    return {
      id,
      roomName: session?.roomName ?? null,
      startDate: times.startDate,
      endDate: times.endDate,
      duration: times.duration,
      approximate: session === undefined,
      participants: people.map((person) => ({ ...person, name: person.displayName, role: person.roleName })),
      recordings: session === undefined ? [] : [...(await readRecordings(session, context))],
    };
  },
  card: ({ id, roomName: name, startDate, endDate, duration, participants, recordings }, { timeZone }) => {
    const span = toSpanLabel(startDate, endDate, timeZone);
    return {
      kind: 'list',
      title: name === null ? 'A meeting' : toBareName(name),
      ...(endDate === null ? { status: { text: 'Going on', tone: 'good' } } : {}),
      fields: [
        ...(span === undefined ? [] : [{ label: 'When', value: span }]),
        ...(duration === null ? [] : [{ label: 'Duration', value: toDurationLabel(duration) }]),
        { label: 'Recordings', value: String(recordings.length) },
        { label: 'Id', value: id },
      ],
      items: participants.map((person) => ({
        title: person.name,
        time: `joined ${toMomentLabel(person.joinedAt, timeZone)}${person.leftAt ? `, left ${toMomentLabel(person.leftAt, timeZone)}` : ''}`,
        detail: person.role.replaceAll('_', ' '),
      })),
    };
  },
});

const MOST_PAGES = 20;
const PAGE_SIZE = 100;

type Asking = Pick<WherebyContext, 'clients' | 'signal'>;

async function readSession(id: string, name: string, { clients, signal }: Asking): Promise<SessionInsight | undefined> {
  const { results } = await clients.whereby.listSessionInsights({ roomName: name, roomSessionId: id }, { signal });
  return results.find(({ roomSessionId }) => roomSessionId === id);
}

async function readParticipants(id: string, { clients, signal }: Asking): Promise<readonly Participant[]> {
  const people: Participant[] = [];
  let next: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    const page = await clients.whereby.listParticipants({ roomSessionId: id, limit: PAGE_SIZE, cursor: next }, { signal });
    people.push(...page.results);
    if (page.cursor === null) break;
    next = page.cursor;
  }
  return people.toSorted((one, other) => Date.parse(one.joinedAt) - Date.parse(other.joinedAt));
}

async function readRecordings(
  { roomName: name, roomSessionId }: SessionInsight,
  { clients, signal }: Asking,
): Promise<readonly Recording[]> {
  try {
    const { results } = await clients.whereby.listRecordings({ roomName: name, limit: PAGE_SIZE }, { signal });
    return results.filter((found) => found.roomSessionId === roomSessionId);
  } catch (error) {
    // An account without recordings, or a room that is gone, has none.
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return [];
    throw error;
  }
}

function approximate(people: readonly Participant[]): Pick<MeetingSummary, 'startDate' | 'endDate' | 'duration'> {
  const joined = people.map(({ joinedAt }) => Date.parse(joinedAt));
  const left = people.map(({ leftAt }) => (leftAt == null ? null : Date.parse(leftAt)));
  const start = Math.min(...joined);
  const end = left.includes(null) ? null : Math.max(...left.filter((at) => at !== null));
  return {
    startDate: new Date(start).toISOString(),
    endDate: end === null ? null : new Date(end).toISOString(),
    duration: end === null ? null : (end - start) / 1000,
  };
}

/** It may be the id of a room, which people also call a meeting. */
async function toNotFound(id: string, { clients, signal }: Asking): Promise<AppError> {
  try {
    const { roomName: name } = await clients.whereby.getMeeting(id, undefined, { signal });
    return new AppError('not_found', `"${id}" is the id of the room "${toBareName(name ?? '')}" and of no call in it.`, {
      hint: 'get_room shows the room; list_meetings with its "room_name" shows the calls.',
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return new AppError('not_found', `There is no meeting "${id}".`, {
      hint: 'list_meetings shows them. Hosted Whereby shows a call 10 to 15 minutes after it.',
    });
  }
}
