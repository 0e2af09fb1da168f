import { z } from 'zod';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Transcription, transcription } from '../../wire/whereby/transcriptions.ts';
import { findOr } from '../cal/undoing.ts';
import { cursor, idOf, limit, listOf, roomName, toBareName, toSpanLabel, type WherebyContext, whereby } from './fields.ts';
import { fileLink, recordingId, toFileLink, toLinkCard, validFor } from './recordings.ts';

export const transcriptionId = idOf('transcription', 'list_transcriptions');

const SAMPLE = '7c1d2e3f-5a30-4e7e-9d3c-0b6f1d2f3a4b';

export const listTranscriptions = defineTool({
  ...whereby,
  name: 'list_transcriptions',
  summary: 'List transcriptions of calls.',
  effect: 'read',
  command: { resource: 'transcriptions', action: 'list' },
  example: {},
  input: z.strictObject({ room_name: roomName.optional(), limit, cursor }),
  output: listOf(transcription),
  async run({ room_name: name, limit: count, cursor: from }, { clients, signal }: WherebyContext) {
    const query = { limit: count, cursor: from, ...(name === undefined ? {} : { roomName: `/${toBareName(name)}` }) };
    const page = await clients.whereby.listTranscriptions(query, { signal });
    return { data: [...page.results], meta: { nextCursor: page.cursor } };
  },
  card: ({ data, meta }, { timeZone }) => ({
    kind: 'list',
    title: data.length === 1 ? '1 transcription' : `${data.length} transcriptions`,
    items: data.map((found) => ({
      title: toBareName(found.roomName),
      time: toSpanLabel(found.startDate, found.endDate, timeZone) ?? '',
      detail: found.state.replaceAll('_', ' '),
      ref: found.transcriptionId,
    })),
    ...(meta.nextCursor !== null ? { note: 'There are more.' } : data.length === 0 ? { note: 'Nothing was transcribed.' } : {}),
  }),
});

export const getTranscription = defineTool({
  ...whereby,
  name: 'get_transcription',
  summary: 'Show one transcription and whether it is ready.',
  effect: 'read',
  command: { resource: 'transcriptions', action: 'get', positionals: ['transcription_id'] },
  example: { transcription_id: SAMPLE },
  aliases: { id: 'transcription_id' },
  input: z.strictObject({ transcription_id: transcriptionId }),
  output: transcription,
  run: ({ transcription_id: id }, context: WherebyContext) => read(id, context),
  card: (found, { timeZone }) => toCard(found, timeZone),
});

export const getTranscriptionLink = defineTool({
  ...whereby,
  name: 'get_transcription_link',
  summary: 'Make a link that opens a transcription for a while.',
  effect: 'read',
  command: { resource: 'transcriptions', action: 'link', positionals: ['transcription_id'] },
  example: { transcription_id: SAMPLE },
  aliases: { id: 'transcription_id' },
  input: z.strictObject({ transcription_id: transcriptionId, valid_for_seconds: validFor }),
  output: fileLink,
  async run({ transcription_id: id, valid_for_seconds: validForSeconds }, { clients, signal }: WherebyContext) {
    const work = clients.whereby.getTranscriptionAccessLink(id, { validForSeconds }, { signal });
    return toFileLink(await findOr(work, { what: `transcription "${id}"`, list: 'list_transcriptions' }));
  },
  card: ({ accessLink: link, expiresAt }, { timeZone }) => toLinkCard('transcription', { link, expiresAt, timeZone }),
});

export const createTranscription = defineTool({
  ...whereby,
  name: 'create_transcription',
  summary: 'Have a recording transcribed.',
  effect: 'write',
  command: { resource: 'transcriptions', action: 'create', positionals: ['recording_id'] },
  example: { recording_id: '0b6f7c1e-5a30-4e7e-9d3c-1d2f3a4b5c6e' },
  input: z.strictObject({ recording_id: recordingId }),
  output: z.object({ transcriptionId: z.string(), recordingId: z.string() }),
  undo: {
    step: async ({ output }) => ({
      tool: 'whereby.delete_transcriptions',
      input: { transcription_ids: [output.transcriptionId] },
      caveats: ['What was transcribed is paid for.'],
    }),
  },
  async plan(wanted, { clients, signal, timeZone }: WherebyContext) {
    const id = wanted.recording_id;
    const found = await findOr(clients.whereby.getRecording(id, { signal }), { what: `recording "${id}"`, list: 'list_recordings' });
    const card: Card = {
      kind: 'record',
      title: 'Transcribe a recording',
      fields: [
        { label: 'Recording', value: found.filename },
        { label: 'When', value: toSpanLabel(found.startDate, found.endDate, timeZone) ?? '' },
      ],
    };
    return { card, before: null, input: wanted };
  },
  async run({ recording_id: id }, { clients, signal }: WherebyContext) {
    return { transcriptionId: await clients.whereby.createTranscription(id, { signal }), recordingId: id };
  },
  card: ({ transcriptionId: id }) => ({
    kind: 'record',
    title: 'The transcription is being made',
    fields: [{ label: 'Id', value: id }],
  }),
});

export const deleteTranscriptions = defineTool({
  ...whereby,
  name: 'delete_transcriptions',
  summary: 'Delete transcriptions for ever.',
  effect: 'destroy',
  command: { resource: 'transcriptions', action: 'delete' },
  example: { transcription_ids: ['7c1d2e3f-5a30-4e7e-9d3c-0b6f1d2f3a4d'] },
  aliases: { transcription_id: 'transcription_ids', ids: 'transcription_ids' },
  accept: (raw) => (typeof raw.transcription_ids === 'string' ? { ...raw, transcription_ids: [raw.transcription_ids] } : raw),
  undo: { none: 'A deleted transcription does not come back; its recording can be transcribed again.' },
  input: z.strictObject({ transcription_ids: z.array(transcriptionId).min(1).max(100).describe('Which, for example ["0b6f7c1e…"].') }),
  output: z.object({ deleted: z.literal(true), transcriptionIds: z.array(z.string()) }),
  async plan({ transcription_ids: ids }, context: WherebyContext) {
    const found = await Promise.all([...new Set(ids)].map((id) => read(id, context)));
    return {
      card: {
        kind: 'list',
        title: found.length === 1 ? 'Delete a transcription' : `Delete ${found.length} transcriptions`,
        status: { text: 'To be deleted', tone: 'bad' },
        items: found.map((one) => ({
          title: toBareName(one.roomName),
          time: toSpanLabel(one.startDate, one.endDate, context.timeZone) ?? '',
          ref: one.transcriptionId,
        })),
      },
      before: found.map(({ transcriptionId: id }) => id),
      input: { transcription_ids: found.map(({ transcriptionId: id }) => id) },
    };
  },
  async run({ transcription_ids: ids }, { clients, signal }: WherebyContext) {
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0) await clients.whereby.deleteTranscription(only, { signal });
    else await clients.whereby.deleteTranscriptions(ids, { signal });
    return { deleted: true as const, transcriptionIds: ids };
  },
  card: ({ transcriptionIds }) => ({
    kind: 'notice',
    title: transcriptionIds.length === 1 ? 'The transcription is deleted' : `${transcriptionIds.length} transcriptions are deleted`,
    status: { text: 'Deleted', tone: 'bad' },
  }),
});

function read(id: string, { clients, signal }: WherebyContext): Promise<Transcription> {
  return findOr(clients.whereby.getTranscription(id, { signal }), { what: `transcription "${id}"`, list: 'list_transcriptions' });
}

const STATES = {
  ready: { text: 'Ready', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  in_progress: { text: 'Being made', tone: 'warning' },
} as const;

function toCard(found: Transcription, timeZone: string): Card {
  const status = Object.entries(STATES).find(([state]) => state === found.state)?.[1];
  return {
    kind: 'record',
    title: toBareName(found.roomName),
    ...(status === undefined ? {} : { status }),
    fields: [
      { label: 'When', value: toSpanLabel(found.startDate, found.endDate, timeZone) ?? '' },
      { label: 'Kind', value: found.type === 'LIVE_TRANSCRIPTION' ? 'Live' : 'Of a recording' },
      { label: 'Id', value: found.transcriptionId },
    ],
  };
}
