import {
  createSummary as createStored,
  deleteSummary as deleteStored,
  getSummary as getStored,
  getTranscription,
  listSummaries as listStored,
  listUtterances,
  type WherebySummaryRecord,
} from '../../store/whereby-texts.ts';
import { createSummary, deleteSummary, getSummary, listSummaries, type Summary } from '../../wire/whereby/summaries.ts';
import { toPage, toPageRequest } from './cursor.ts';
import { notFound, WherebyFailure } from './failure.ts';
import { serveOperation, toMoment, type WherebyApp, type WherebyService } from './operation.ts';
import { summarize } from './summarize.ts';

export function serveSummaries(app: WherebyApp, service: WherebyService): void {
  const { store, now } = service;

  serveOperation(app, createSummary, async ({ caller, body }) => {
    const template = body.template ?? 'General Bulleted';
    const summaryId = await store.transaction(async (tx) => {
      const transcription = await getTranscription(tx, caller.id, body.transcriptionId);
      if (transcription === undefined) throw notFound();
      const { id, state, sessionId, startedAt, endedAt } = transcription;
      if (state !== 'ready') {
        throw new WherebyFailure(409, `The transcription "${id}" cannot be summarized: its state is "${state}", not "ready".`);
      }
      const utterances = await listUtterances(tx, { sessionId, from: startedAt, to: endedAt ?? startedAt });
      return await createStored(tx, { transcriptionId: id, template, content: summarize(utterances, template), now: now() });
    });
    if (summaryId === undefined) {
      throw new WherebyFailure(409, `The transcription "${body.transcriptionId}" has a summary already: delete it first to make another.`);
    }
    return { summaryId };
  });

  serveOperation(app, listSummaries, async ({ caller, query = {} }) => {
    const list = ['summaries', caller.id, query.sortBy];
    const page = await listStored(store.db, { userId: caller.id, sort: query.sortBy, ...toPageRequest(query, list) });
    return toPage(page, list, toSummary);
  });

  serveOperation(app, getSummary, async ({ caller, params }) => {
    const summary = await getStored(store.db, caller.id, params.summaryId ?? '');
    if (summary === undefined) throw notFound();
    return toSummary(summary);
  });

  serveOperation(app, deleteSummary, async ({ caller, params }) => {
    await deleteStored(store.db, caller.id, params.summaryId ?? '');
    return undefined;
  });
}

function toSummary(summary: WherebySummaryRecord): Summary {
  const createdAt = toMoment(summary.createdAt);
  return {
    summaryId: summary.id,
    transcriptionId: summary.transcriptionId,
    summary: summary.content,
    roomSessionId: summary.sessionId,
    roomName: summary.roomName,
    startDate: toMoment(summary.startedAt),
    endDate: toMoment(summary.endedAt ?? summary.startedAt),
    state: 'completed',
    createdAt,
    modifiedAt: createdAt,
    template: summary.template,
  };
}
