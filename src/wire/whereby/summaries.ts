import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { identifier, nothing, page, pageQuery, sortBy } from './page.ts';

export const summaryTemplates = [
  'General Bulleted',
  'General Narrative',
  'SOAP',
  'Extended SOAP',
  'Educational Lecture',
  'Educational Tutoring',
] as const;

export type SummaryTemplate = (typeof summaryTemplates)[number];

export const summary = z.object({
  summaryId: identifier,
  transcriptionId: identifier,
  /** Its members depend on the template. */
  summary: z.record(z.string(), z.unknown()),
  roomSessionId: identifier,
  roomName: z.string(),
  startDate: z.string(),
  endDate: z.string(),
  /** "completed" */
  state: z.string(),
  createdAt: z.string(),
  modifiedAt: z.string(),
  template: z.string(),
});

export type Summary = z.output<typeof summary>;

export const createSummaryBody = z.object({
  transcriptionId: z.string({ error: 'transcriptionId must be the id of a transcription' }),
  template: z.enum(summaryTemplates, { error: `template must be one of ${summaryTemplates.join(', ')}` }).nullish(),
});

export type CreateSummary = z.input<typeof createSummaryBody>;

/** A transcription has one summary at most. */
export const createSummary = endpoint({
  method: 'POST',
  path: '/summaries',
  body: createSummaryBody,
  response: z.object({ summaryId: identifier }),
  status: 201,
});

const summariesQuery = z
  .object({
    ...pageQuery,
    sortBy: sortBy(['roomName', 'startDate', 'durationInSeconds']),
  })
  .optional();

export type SummariesQuery = z.input<typeof summariesQuery>;

export const listSummaries = endpoint({ method: 'GET', path: '/summaries', query: summariesQuery, response: page(summary) });

export const getSummary = endpoint({ method: 'GET', path: '/summaries/:summaryId', response: summary });

export const deleteSummary = endpoint({
  method: 'DELETE',
  path: '/summaries/:summaryId',
  response: nothing,
  status: 204,
  isRepeatable: true,
});
