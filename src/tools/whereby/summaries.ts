import { z } from 'zod';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Summary, summaryTemplates } from '../../wire/whereby/index.ts';
import { summary } from '../../wire/whereby/summaries.ts';
import { findOr } from '../cal/undoing.ts';
import { cursor, idOf, limit, listOf, toBareName, toSpanLabel, type WherebyContext, whereby } from './fields.ts';
import { transcriptionId } from './transcriptions.ts';

const summaryId = idOf('summary', 'list_summaries');
const SAMPLE = '4e7e9d3c-7c1d-4a30-8b6f-1d2f3a4b5c6d';

export const listSummaries = defineTool({
  ...whereby,
  name: 'list_summaries',
  summary: 'List written summaries of calls.',
  effect: 'read',
  command: { resource: 'summaries', action: 'list' },
  example: {},
  input: z.strictObject({ limit, cursor }),
  output: listOf(summary),
  async run({ limit: count, cursor: from }, { clients, signal }: WherebyContext) {
    const page = await clients.whereby.listSummaries({ limit: count, cursor: from }, { signal });
    return { data: [...page.results], meta: { nextCursor: page.cursor } };
  },
  card: ({ data, meta }, { timeZone }) => ({
    kind: 'list',
    title: data.length === 1 ? '1 summary' : `${data.length} summaries`,
    items: data.map((found) => ({
      title: toBareName(found.roomName),
      time: toSpanLabel(found.startDate, found.endDate, timeZone) ?? '',
      detail: found.template,
      ref: found.summaryId,
    })),
    ...(meta.nextCursor !== null ? { note: 'There are more.' } : data.length === 0 ? { note: 'Nothing was summarized.' } : {}),
  }),
});

export const getSummary = defineTool({
  ...whereby,
  name: 'get_summary',
  summary: 'Show the written summary of a call.',
  effect: 'read',
  command: { resource: 'summaries', action: 'get', positionals: ['summary_id'] },
  example: { summary_id: SAMPLE },
  aliases: { id: 'summary_id' },
  input: z.strictObject({ summary_id: summaryId }),
  output: summary,
  run: ({ summary_id: id }, context: WherebyContext) => read(id, context),
  card: (found, { timeZone }) => toCard(found, timeZone),
});

export const createSummary = defineTool({
  ...whereby,
  name: 'create_summary',
  summary: 'Have a transcription summarized; it has one summary at most.',
  effect: 'write',
  command: { resource: 'summaries', action: 'create', positionals: ['transcription_id'] },
  example: { transcription_id: '7c1d2e3f-5a30-4e7e-9d3c-0b6f1d2f3a4b' },
  input: z.strictObject({
    transcription_id: transcriptionId,
    template: z.enum(summaryTemplates).optional().describe('"General Bulleted" when absent.'),
  }),
  output: z.object({ summaryId: z.string(), transcriptionId: z.string() }),
  undo: {
    step: async ({ output }) => ({ tool: 'whereby.delete_summary', input: { summary_id: output.summaryId }, caveats: [] }),
  },
  async plan(wanted, { clients, signal, timeZone }: WherebyContext) {
    const id = wanted.transcription_id;
    const found = await findOr(clients.whereby.getTranscription(id, { signal }), {
      what: `transcription "${id}"`,
      list: 'list_transcriptions',
    });
    const card: Card = {
      kind: 'record',
      title: 'Summarize a call',
      fields: [
        { label: 'Room', value: toBareName(found.roomName) },
        { label: 'When', value: toSpanLabel(found.startDate, found.endDate, timeZone) ?? '' },
        { label: 'Template', value: wanted.template ?? summaryTemplates[0] },
      ],
    };
    return { card, before: null, input: { ...wanted, template: wanted.template ?? summaryTemplates[0] } };
  },
  async run({ transcription_id: id, template }, { clients, signal }: WherebyContext) {
    const made = await clients.whereby.createSummary({ transcriptionId: id, ...(template === undefined ? {} : { template }) }, { signal });
    return { summaryId: made, transcriptionId: id };
  },
  card: ({ summaryId: id }) => ({ kind: 'record', title: 'The summary is being written', fields: [{ label: 'Id', value: id }] }),
});

export const deleteSummary = defineTool({
  ...whereby,
  name: 'delete_summary',
  summary: 'Delete the summary of a call for ever.',
  effect: 'destroy',
  command: { resource: 'summaries', action: 'delete', positionals: ['summary_id'] },
  example: { summary_id: '4e7e9d3c-7c1d-4a30-8b6f-1d2f3a4b5c6e' },
  aliases: { id: 'summary_id' },
  undo: { none: 'A deleted summary does not come back; its transcription can be summarized again.' },
  input: z.strictObject({ summary_id: summaryId }),
  output: z.object({ deleted: z.literal(true), summaryId: z.string() }),
  async plan({ summary_id: id }, context: WherebyContext) {
    const found = await read(id, context);
    const card: Card = { ...toCard(found, context.timeZone), status: { text: 'To be deleted', tone: 'bad' } };
    return { card, before: { summaryId: id, modifiedAt: found.modifiedAt }, input: { summary_id: id } };
  },
  async run({ summary_id: id }, { clients, signal }: WherebyContext) {
    await clients.whereby.deleteSummary(id, { signal });
    return { deleted: true as const, summaryId: id };
  },
  card: () => ({ kind: 'notice', title: 'The summary is deleted', status: { text: 'Deleted', tone: 'bad' } }),
});

function read(id: string, { clients, signal }: WherebyContext): Promise<Summary> {
  return findOr(clients.whereby.getSummary(id, { signal }), { what: `summary "${id}"`, list: 'list_summaries' });
}

function toCard(found: Summary, timeZone: string): Card {
  return {
    kind: 'record',
    title: `Summary of ${toBareName(found.roomName)}`,
    fields: [
      { label: 'When', value: toSpanLabel(found.startDate, found.endDate, timeZone) ?? '' },
      ...Object.entries(found.summary).map(([name, part]) => ({ label: toWords(name), value: toText(part) })),
      { label: 'Id', value: found.summaryId },
    ],
  };
}

/** "actionItems" as "Action items". */
function toWords(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Its parts depend on the template: texts, lists, and lists of either. */
function toText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (Array.isArray(part)) return part.map(toText).join('; ');
  if (typeof part === 'object' && part !== null) return Object.values(part).map(toText).join(': ');
  return String(part);
}
