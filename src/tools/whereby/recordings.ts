import { z } from 'zod';
import { defineTool } from '../../toolkit/tool.ts';
import { accessLink, recording } from '../../wire/whereby/recordings.ts';
import { findOr } from '../cal/undoing.ts';
import { cursor, idOf, limit, listOf, roomName, toBareName, toMomentLabel, toSpanLabel, type WherebyContext, whereby } from './fields.ts';

export const recordingId = idOf('recording', 'list_recordings');

export const validFor = z.int().min(1).max(43_200).optional().describe('How long it works, in seconds; 3600 when absent.');

/** A link that opens a file without a key, for a while. */
export const fileLink = accessLink.extend({ expiresAt: z.string() });

export const toFileLink = (found: z.output<typeof accessLink>) => ({ ...found, expiresAt: new Date(found.expires).toISOString() });

export const listRecordings = defineTool({
  ...whereby,
  name: 'list_recordings',
  summary: 'List recordings of calls.',
  effect: 'read',
  command: { resource: 'recordings', action: 'list' },
  example: {},
  input: z.strictObject({ room_name: roomName.optional(), limit, cursor }),
  output: listOf(recording),
  async run({ room_name: name, limit: count, cursor: from }, { clients, signal }: WherebyContext) {
    const query = { limit: count, cursor: from, ...(name === undefined ? {} : { roomName: `/${toBareName(name)}` }) };
    const page = await clients.whereby.listRecordings(query, { signal });
    return { data: [...page.results], meta: { nextCursor: page.cursor } };
  },
  card: ({ data, meta }, { timeZone }) => ({
    kind: 'list',
    title: data.length === 1 ? '1 recording' : `${data.length} recordings`,
    items: data.map(({ filename, startDate, endDate, sizeInMegaBytes, recordingId: id }) => ({
      title: filename,
      time: toSpanLabel(startDate, endDate, timeZone) ?? '',
      detail: `${sizeInMegaBytes} MB`,
      ref: id,
    })),
    ...(meta.nextCursor !== null ? { note: 'There are more.' } : data.length === 0 ? { note: 'Nothing was recorded.' } : {}),
  }),
});

export const getRecording = defineTool({
  ...whereby,
  name: 'get_recording',
  summary: 'Show one recording.',
  effect: 'read',
  command: { resource: 'recordings', action: 'get', positionals: ['recording_id'] },
  example: { recording_id: '0b6f7c1e-5a30-4e7e-9d3c-1d2f3a4b5c6d' },
  aliases: { id: 'recording_id' },
  input: z.strictObject({ recording_id: recordingId }),
  output: recording,
  run: ({ recording_id: id }, { clients, signal }: WherebyContext) =>
    findOr(clients.whereby.getRecording(id, { signal }), { what: `recording "${id}"`, list: 'list_recordings' }),
  card: ({ filename, startDate, endDate, sizeInMegaBytes, recordingId: id }, { timeZone }) => ({
    kind: 'record',
    title: filename,
    fields: [
      { label: 'When', value: toSpanLabel(startDate, endDate, timeZone) ?? '' },
      { label: 'Size', value: `${sizeInMegaBytes} MB` },
      { label: 'Id', value: id },
    ],
  }),
});

export const getRecordingLink = defineTool({
  ...whereby,
  name: 'get_recording_link',
  summary: 'Make a link that opens a recording for a while.',
  effect: 'read',
  command: { resource: 'recordings', action: 'link', positionals: ['recording_id'] },
  example: { recording_id: '0b6f7c1e-5a30-4e7e-9d3c-1d2f3a4b5c6d' },
  aliases: { id: 'recording_id' },
  input: z.strictObject({ recording_id: recordingId, valid_for_seconds: validFor }),
  output: fileLink,
  async run({ recording_id: id, valid_for_seconds: validForSeconds }, { clients, signal }: WherebyContext) {
    const work = clients.whereby.getRecordingAccessLink(id, { validForSeconds }, { signal });
    return toFileLink(await findOr(work, { what: `recording "${id}"`, list: 'list_recordings' }));
  },
  card: ({ accessLink: link, expiresAt }, { timeZone }) => toLinkCard('recording', { link, expiresAt, timeZone }),
});

export function toLinkCard(
  what: string,
  { link, expiresAt, timeZone }: { readonly link: string; readonly expiresAt: string; readonly timeZone: string },
) {
  return {
    kind: 'record',
    title: `Link to the ${what}`,
    fields: [
      { label: 'Link', value: link },
      { label: 'Works until', value: toMomentLabel(expiresAt, timeZone) },
    ],
    note: 'Whoever has this link can open the file until then.',
  } as const;
}

export const deleteRecordings = defineTool({
  ...whereby,
  name: 'delete_recordings',
  summary: 'Delete recordings for ever.',
  effect: 'destroy',
  command: { resource: 'recordings', action: 'delete' },
  example: { recording_ids: ['0b6f7c1e-5a30-4e7e-9d3c-1d2f3a4b5c6f'] },
  aliases: { recording_id: 'recording_ids', ids: 'recording_ids' },
  accept: (raw) => (typeof raw.recording_ids === 'string' ? { ...raw, recording_ids: [raw.recording_ids] } : raw),
  undo: { none: 'A deleted recording does not come back.' },
  input: z.strictObject({ recording_ids: z.array(recordingId).min(1).max(100).describe('Which, for example ["0b6f7c1e…"].') }),
  output: z.object({ deleted: z.literal(true), recordingIds: z.array(z.string()) }),
  async plan({ recording_ids: ids }, { clients, signal, timeZone }: WherebyContext) {
    const found = await Promise.all(
      [...new Set(ids)].map((id) =>
        findOr(clients.whereby.getRecording(id, { signal }), { what: `recording "${id}"`, list: 'list_recordings' }),
      ),
    );
    return {
      card: {
        kind: 'list',
        title: found.length === 1 ? 'Delete a recording' : `Delete ${found.length} recordings`,
        status: { text: 'To be deleted', tone: 'bad' },
        items: found.map(({ filename, startDate, endDate, recordingId: id }) => ({
          title: filename,
          time: toSpanLabel(startDate, endDate, timeZone) ?? '',
          ref: id,
        })),
      },
      before: found,
      input: { recording_ids: found.map(({ recordingId: id }) => id) },
    };
  },
  async run({ recording_ids: ids }, { clients, signal }: WherebyContext) {
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0) await clients.whereby.deleteRecording(only, { signal });
    else await clients.whereby.deleteRecordings(ids, { signal });
    return { deleted: true as const, recordingIds: ids };
  },
  card: ({ recordingIds }) => ({
    kind: 'notice',
    title: recordingIds.length === 1 ? 'The recording is deleted' : `${recordingIds.length} recordings are deleted`,
    status: { text: 'Deleted', tone: 'bad' },
  }),
});
