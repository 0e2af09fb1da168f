import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import type { CreateMeeting } from '../../wire/whereby/index.ts';
import { parseMoment } from '../moment.ts';
import { accountField, nameOf, room, toDurationLabel, toMomentLabel, toRoom, type WherebyContext, whereby } from './fields.ts';
import { rememberRooms } from './find-room.ts';
import { toRoomCard } from './room-card.ts';
import { checkSettings } from './room-settings.ts';
import { parseFields } from './rooms.ts';

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 60;

const moment = z.string().trim().min(1, { error: 'must not be empty' }).max(100).optional();
const settings = z.record(z.string(), z.unknown()).optional();

const input = z.strictObject({
  room_mode: z.enum(['normal', 'group']).optional().describe('"normal" for 4 people, "group" for 200.'),
  room_name_prefix: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9 -]{0,39}$/, { error: 'must have at most 39 characters, all of them letters a-z, digits or hyphens' })
    .optional()
    .describe('How the name begins, for example "standup-".'),
  start_date: moment.describe('Checked only, for example "2030-01-08T09:00": a room is open at once.'),
  end_date: moment.describe('Until when, for example "2030-01-08T15:00:00Z".'),
  duration_minutes: z.int().min(1).max(525_600).optional().describe('Instead of end_date, for example 90; 60 when both are absent.'),
  fields: z.array(z.string().max(100)).max(20).optional().describe('Secret links to be told, for example ["hostRoomUrl"].'),
  is_locked: z.boolean().optional().describe('Guests knock.'),
  room_name_pattern: z.enum(['uuid', 'human-short']).optional().describe('How the name ends.'),
  template_type: z.enum(['viewerMode']).optional().describe('For an audience.'),
  recording: settings.describe("Whereby's object: {type, destination, startTrigger}."),
  live_transcription: settings.describe('Whereby\'s object, for example {"startTrigger":"manual"}.'),
  streaming: settings.describe('Whereby\'s object, for example {"startTrigger":"prompt"}.'),
});

type Input = z.output<typeof input>;

export const createRoom = defineTool({
  ...whereby,
  name: 'create_room',
  summary: 'Create a video room that is open from now until its end.',
  effect: 'write',
  command: { resource: 'rooms', action: 'create' },
  example: { room_name_prefix: 'standup-', duration_minutes: 60 },
  aliases: { prefix: 'room_name_prefix', mode: 'room_mode', duration: 'duration_minutes', locked: 'is_locked' },
  input,
  output: room.extend({ warnings: z.array(z.string()) }),
  undo: {
    step: async ({ output }) => ({
      tool: 'whereby.delete_room',
      input: { room_name: nameOf(output) },
      caveats: ['Whoever is in the room is thrown out, and its link is dead wherever it was sent.'],
    }),
  },
  async plan(wanted, context: WherebyContext) {
    const { exact, end } = settleEnd(wanted, context);
    toBody(exact, { context, end });
    const card: Card = {
      kind: 'record',
      title: 'A new video room',
      fields: [
        { label: 'Open', value: `from now until ${toMomentLabel(new Date(end).toISOString(), context.timeZone)}` },
        { label: 'Holds', value: exact.room_mode === 'group' || exact.template_type !== undefined ? '200 people' : '4 people' },
        ...(exact.room_name_prefix ? [{ label: 'Name', value: `${exact.room_name_prefix}…` }] : []),
        ...(exact.is_locked || exact.template_type !== undefined ? [{ label: 'Door', value: 'Locked: guests knock' }] : []),
        ...(exact.recording === undefined ? [] : [{ label: 'Recording', value: String(exact.recording.type) }]),
        ...(exact.live_transcription === undefined ? [] : [{ label: 'Transcription', value: 'Yes' }]),
        ...(exact.streaming === undefined ? [] : [{ label: 'Streaming', value: 'Yes' }]),
        ...accountField(context),
      ],
    };
    return { card, before: null, input: exact };
  },
  async run(wanted, context: WherebyContext) {
    const { exact, end } = settleEnd(wanted, context);
    const client = context.clients.whereby;
    const made = await client.createMeeting(toBody(exact, { context, end }), { signal: context.signal });
    rememberRooms(client, [made]);
    return { ...toRoom(made), warnings: [...warningsOf(exact, made.endDate)] };
  },
  /** Rooms have nothing of the caller's but the beginning of their name. */
  async settle({ input: wanted }, context: WherebyContext) {
    const prefix = wanted.room_name_prefix?.toLowerCase().replace(/\s+/g, '');
    if (!prefix || wanted.end_date === undefined) return { happened: 'unknown' };
    const endAt = Math.floor(parseMoment(wanted.end_date, context.timeZone) / 1000);
    const query = { limit: 100, roomName: { startsWith: `/${prefix}` } };
    const page = await context.clients.whereby.listMeetings(query, { signal: context.signal });
    const found = page.results.filter((one) => nameOf(one).startsWith(prefix) && Math.floor(Date.parse(one.endDate) / 1000) === endAt);
    const [only] = found;
    if (only !== undefined && found.length === 1) return { happened: true, output: { ...toRoom(only), warnings: [] } };
    return only === undefined && page.cursor === null ? { happened: false } : { happened: 'unknown' };
  },
  card: ({ warnings, ...made }, context) => ({
    ...toRoomCard(made, context),
    status: { text: 'Created', tone: 'good' },
    ...(warnings.length === 0 ? {} : { note: warnings.join(' ') }),
  }),
});

/** The input with its end made explicit, as an instant or as a length from now. */
function settleEnd(wanted: Input, { now, timeZone }: WherebyContext): { readonly exact: Input; readonly end: number } {
  const { end_date: endDate, duration_minutes: minutes, start_date: startDate, ...others } = wanted;
  const start = startDate === undefined ? undefined : parseMoment(startDate, timeZone);
  const started = start === undefined ? {} : { start_date: new Date(start).toISOString() };
  if (endDate !== undefined && minutes !== undefined) {
    throw new AppError('invalid_input', 'Both "end_date" and "duration_minutes" say when the room ends.', { hint: 'Give one of them.' });
  }
  if (endDate === undefined) {
    const duration = minutes ?? DEFAULT_MINUTES;
    const end = Math.max(start ?? now, now) + duration * MINUTE_MS;
    return { exact: { ...others, ...started, duration_minutes: duration }, end };
  }
  const end = parseMoment(endDate, timeZone);
  if (end < now) {
    throw new AppError(
      'invalid_input',
      `"${endDate}" is over: a room must end in the future, and it is ${new Date(now).toISOString()} now.`,
      {
        hint: 'Give an "end_date" that is still to come, or "duration_minutes".',
      },
    );
  }
  if (start !== undefined && start >= end) {
    throw new AppError('invalid_input', `The room would end at "${endDate}", before its start at "${startDate}".`, {
      hint: 'Give an "end_date" after "start_date".',
    });
  }
  return { exact: { ...others, ...started, end_date: new Date(end).toISOString() }, end };
}

function toBody(wanted: Input, { context, end }: { readonly context: WherebyContext; readonly end: number }): CreateMeeting {
  const fields = parseFields(wanted.fields ?? []);
  if (fields.includes('viewerRoomUrl') && wanted.template_type === undefined && context.account !== 'local') {
    throw new AppError('invalid_input', '"viewerRoomUrl" is only of rooms for an audience.', {
      hint: 'Add "template_type": "viewerMode".',
    });
  }
  return {
    endDate: new Date(end).toISOString(),
    ...(wanted.room_mode === undefined ? {} : { roomMode: wanted.room_mode }),
    ...(wanted.room_name_prefix ? { roomNamePrefix: wanted.room_name_prefix } : {}),
    ...(wanted.room_name_pattern === undefined ? {} : { roomNamePattern: wanted.room_name_pattern }),
    ...(wanted.is_locked === undefined ? {} : { isLocked: wanted.is_locked }),
    ...(wanted.template_type === undefined ? {} : { templateType: wanted.template_type }),
    ...checkSettings(wanted),
    ...(fields.length === 0 ? {} : { fields: [...fields] }),
  };
}

function warningsOf(exact: Input, endDate: string): readonly string[] {
  const { start_date: start, duration_minutes: minutes } = exact;
  return [
    ...(minutes === undefined
      ? []
      : [
          `No end_date was given: the room ends ${toDurationLabel(minutes * 60)} ${start === undefined ? 'from now' : 'after its start'}, at ${endDate}.`,
        ]),
    ...(start === undefined ? [] : ['start_date was ignored: Whereby opens a room as soon as it is made, so it is open now.']),
  ];
}
