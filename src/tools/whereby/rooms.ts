import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type MeetingField, meetingFields } from '../../wire/whereby/index.ts';
import { cursor, limit, listOf, nameOf, room, roomName, toRoom, type WherebyContext, whereby } from './fields.ts';
import { findRoom, forgetRoom, rememberRooms } from './find-room.ts';
import { toRoomCard, toRoomItem } from './room-card.ts';

export const listRooms = defineTool({
  ...whereby,
  name: 'list_rooms',
  summary: 'List video rooms with their links.',
  effect: 'read',
  command: { resource: 'rooms', action: 'list' },
  example: {},
  input: z.strictObject({
    limit,
    cursor,
    room_name_prefix: z.string().trim().min(1).max(200).optional().describe('Only names that begin so, for example "standup-".'),
  }),
  output: listOf(room),
  async run({ limit: count, cursor: from, room_name_prefix: prefix }, { clients, signal }: WherebyContext) {
    const start = prefix?.replace(/^\/+/, '').toLowerCase();
    const query = { limit: count, cursor: from, ...(start === undefined ? {} : { roomName: { startsWith: `/${start}` } }) };
    const page = await clients.whereby.listMeetings(query, { signal });
    rememberRooms(clients.whereby, page.results);
    // The beginning is a hint that the service may ignore.
    const rooms = page.results.filter((found) => start === undefined || nameOf(found).startsWith(start));
    return { data: rooms.map(toRoom), meta: { nextCursor: page.cursor } };
  },
  card: ({ data, meta }, { timeZone }) => ({
    kind: 'list',
    title: data.length === 1 ? '1 room' : `${data.length} rooms`,
    items: data.map((found) => toRoomItem(found, timeZone)),
    ...(meta.nextCursor !== null ? { note: 'There are more.' } : data.length === 0 ? { note: 'There is no room.' } : {}),
  }),
});

export const getRoom = defineTool({
  ...whereby,
  name: 'get_room',
  summary: 'Show one video room by its name.',
  effect: 'read',
  command: { resource: 'rooms', action: 'get', positionals: ['room_name'] },
  example: { room_name: 'my-meeting-room' },
  input: z.strictObject({
    room_name: roomName,
    fields: z
      .array(z.enum(meetingFields))
      .max(2)
      .optional()
      .describe('Secret links to be told as well, for example ["hostRoomUrl"]; none when absent.'),
  }),
  output: room,
  run: async ({ room_name: name, fields }, context: WherebyContext) => toRoom(await findRoom(name, context, fields ?? [])),
  card: toRoomCard,
});

export const deleteRoom = defineTool({
  ...whereby,
  name: 'delete_room',
  summary: 'Delete a video room for ever; whoever is in it is thrown out.',
  effect: 'destroy',
  command: { resource: 'rooms', action: 'delete', positionals: ['room_name'] },
  example: { room_name: 'old-meeting-room' },
  undo: { none: 'A deleted room does not come back: a new one has another link.' },
  input: z.strictObject({ room_name: roomName }),
  output: z.object({ deleted: z.literal(true), meetingId: z.string(), roomName: z.string() }),
  async plan({ room_name: name }, context: WherebyContext) {
    const found = toRoom(await findRoom(name, context));
    return {
      card: { ...toRoomCard(found, context), status: { text: 'To be deleted', tone: 'bad' } },
      before: { meetingId: found.meetingId, roomName: nameOf(found), endDate: found.endDate },
      // The very room that was shown, also if another one gets its name.
      input: { room_name: nameOf(found) },
    };
  },
  async run({ room_name: name }, context: WherebyContext) {
    const found = await findRoom(name, context);
    const client = context.clients.whereby;
    await client.deleteMeeting(found.meetingId, { signal: context.signal });
    forgetRoom(client, nameOf(found));
    return { deleted: true as const, meetingId: found.meetingId, roomName: nameOf(found) };
  },
  async settle({ before }, { clients, signal }: WherebyContext) {
    // Written by `plan` above.
    const { meetingId, roomName: name } = before as { readonly meetingId: string; readonly roomName: string };
    try {
      await clients.whereby.getMeeting(meetingId, undefined, { signal });
      return { happened: false };
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error;
      return { happened: true, output: { deleted: true as const, meetingId, roomName: name } };
    }
  },
  card: ({ roomName: name }) => ({ kind: 'notice', title: `The room "${name}" is deleted`, status: { text: 'Deleted', tone: 'bad' } }),
});

/** What a caller wrote into `fields`: chosen members of the answer, or a complaint that names the argument that was meant. */
export function parseFields(given: readonly string[]): readonly MeetingField[] {
  return given.map((field) => {
    const known = meetingFields.find((name) => name === field);
    if (known !== undefined) return known;
    const meant = MEANT[field.toLowerCase().replace(/[^a-z]/g, '')];
    throw new AppError(
      'invalid_input',
      `"${field}" is nothing that "fields" can ask for: it chooses secret links of the answer, and sets nothing of the room.`,
      {
        hint: meant === undefined ? `It takes ${meetingFields.join(' and ')}.` : `Use "${meant}" instead.`,
      },
    );
  });
}

/** Arguments that people look for in `fields`. */
const MEANT: Readonly<Record<string, string>> = {
  lockroomonjoin: 'is_locked',
  locked: 'is_locked',
  islocked: 'is_locked',
  recording: 'recording',
  record: 'recording',
  livetranscription: 'live_transcription',
  transcription: 'live_transcription',
  streaming: 'streaming',
  livestream: 'streaming',
  roommode: 'room_mode',
  group: 'room_mode',
  roomnameprefix: 'room_name_prefix',
  roomnamepattern: 'room_name_pattern',
  templatetype: 'template_type',
  viewermode: 'template_type',
  enddate: 'end_date',
  startdate: 'start_date',
};
