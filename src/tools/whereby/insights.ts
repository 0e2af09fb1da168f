import { z } from 'zod';
import { defineTool } from '../../toolkit/tool.ts';
import { participant, participantDetails, roomInsight } from '../../wire/whereby/insights.ts';
import { cursor, limit, listOf, toBareName, toInstant, toMomentLabel, type WherebyContext, whereby } from './fields.ts';

const moment = (text: string) => z.string().trim().min(1).max(100).optional().describe(text);
const meetingId = z.string().trim().min(1, { error: 'must not be empty' }).max(200);

export const listRoomInsights = defineTool({
  ...whereby,
  name: 'list_room_insights',
  summary: 'List how much each video room was used, also rooms that are gone.',
  effect: 'read',
  command: { resource: 'rooms', action: 'usage' },
  example: {},
  input: z.strictObject({
    room_name: z.string().trim().min(1).max(200).optional().describe('Only rooms whose name has this in it, for example "standup".'),
    created_from: moment('Made at or after this time, for example "2030-01-01T00:00:00Z".'),
    created_to: moment('Made at or before this time, for example "2030-02-01T00:00:00Z".'),
    limit: limit.describe('How many at most, for example 20; 10 when absent.'),
    cursor,
  }),
  output: listOf(roomInsight),
  async run(
    { room_name: name, created_from: from, created_to: to, limit: count, cursor: next },
    { clients, signal, timeZone }: WherebyContext,
  ) {
    const createdAt = { from: toInstant(from, timeZone), to: toInstant(to, timeZone) };
    const query = {
      limit: count,
      cursor: next,
      ...(name === undefined ? {} : { roomName: { contains: name } }),
      ...(from === undefined && to === undefined ? {} : { createdAt }),
    };
    const page = await clients.whereby.listRoomInsights(query, { signal });
    return { data: [...page.results], meta: { nextCursor: page.cursor } };
  },
  card: ({ data, meta }, { timeZone }) => ({
    kind: 'list',
    title: data.length === 1 ? '1 room' : `${data.length} rooms`,
    items: data.map((found) => ({
      title: toBareName(found.roomName),
      time: `made ${toMomentLabel(found.createdAt, timeZone)}`,
      detail: `${count(found.totalSessions, 'call')} · ${count(found.totalUniqueParticipants, 'person', 'people')} · ${found.totalParticipantMinutes} min`,
      ref: toBareName(found.roomName),
    })),
    ...(meta.nextCursor !== null ? { note: 'There are more.' } : data.length === 0 ? { note: 'Nothing here.' } : {}),
  }),
});

export const listParticipants = defineTool({
  ...whereby,
  name: 'list_participants',
  summary: 'List who took part in a call, or all calls of one person of yours.',
  effect: 'read',
  command: { resource: 'participants', action: 'list' },
  example: { meeting_id: 'abc123' },
  aliases: { room_session_id: 'meeting_id' },
  input: z
    .strictObject({
      meeting_id: meetingId.optional().describe('The call\'s id, for example "3f2a…"; list_meetings shows it.'),
      external_id: meetingId.optional().describe('Or your own program\'s id of the person, for example "user-7".'),
      limit: limit.describe('How many at most, for example 20; 10 when absent.'),
      cursor,
    })
    .refine(({ meeting_id: id, external_id: externalId }) => id !== undefined || externalId !== undefined, {
      error: 'one of "meeting_id" and "external_id" is needed',
    }),
  output: listOf(participant.extend({ name: z.string() })),
  async run({ meeting_id: roomSessionId, external_id: externalId, limit: most, cursor: next }, { clients, signal }: WherebyContext) {
    const page = await clients.whereby.listParticipants({ roomSessionId, externalId, limit: most, cursor: next }, { signal });
    return { data: page.results.map((person) => ({ ...person, name: person.displayName })), meta: { nextCursor: page.cursor } };
  },
  card: ({ data, meta }, { timeZone }) => ({
    kind: 'list',
    title: count(data.length, 'participant'),
    items: data.map((person) => ({
      title: person.name,
      time: `${toMomentLabel(person.joinedAt, timeZone)} – ${person.leftAt ? toMomentLabel(person.leftAt, timeZone) : 'now'}`,
      detail: person.roleName.replaceAll('_', ' '),
      ref: person.participantId,
    })),
    ...(meta.nextCursor !== null ? { note: 'There are more.' } : data.length === 0 ? { note: 'Nobody.' } : {}),
  }),
});

export const getParticipant = defineTool({
  ...whereby,
  name: 'get_participant',
  summary: "Show how good a participant's connection was.",
  effect: 'read',
  command: { resource: 'participants', action: 'get', positionals: ['meeting_id', 'participant_id'] },
  example: { meeting_id: 'abc123', participant_id: '1d2f3a4b-7c1d-4a30-8b6f-4e7e9d3c5c6d' },
  input: z.strictObject({
    meeting_id: meetingId.describe('The call\'s id, for example "3f2a…"; list_meetings shows it.'),
    participant_id: meetingId.describe('The participant\'s id, for example "8c1d…"; list_participants shows it.'),
  }),
  output: z.array(participantDetails),
  run: async ({ meeting_id: roomSessionId, participant_id: participantId }, { clients, signal }: WherebyContext) => [
    ...(await clients.whereby.getParticipant({ roomSessionId, participantId }, { signal })),
  ],
  card: (found, { timeZone }) => ({
    kind: 'list',
    title: found[0]?.displayName ?? 'Nothing was measured',
    items: found.map((one) => ({
      title: toMomentLabel(one.timeStamp, timeZone),
      detail: [`${one.userRole.replaceAll('_', ' ')}`, ...Object.entries(one.samples).flatMap(([name, list]) => average(name, list))].join(
        ' · ',
      ),
    })),
  }),
});

function average(name: string, list: unknown): readonly string[] {
  const numbers = Array.isArray(list) ? list.filter((entry) => typeof entry === 'number') : [];
  if (numbers.length === 0) return [];
  return [`${name} ${(numbers.reduce((sum, entry) => sum + entry, 0) / numbers.length).toFixed(1)}`];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
