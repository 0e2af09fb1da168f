import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { defineTool, type Plan, type Settlement } from '../../toolkit/tool.ts';
import { findOperation } from '../../wire/calcom/operations.ts';
import { versionOf } from '../../wire/calcom/path-client.ts';
import { accountZone } from './account-zone.ts';
import { parseApiPath } from './api-path.ts';
import { type CalContext, shared } from './fields.ts';

const path = z.string().trim().min(1).max(2000);
const params = z.record(z.string(), z.unknown()).optional().describe('Query parameters by the API\'s names, for example {"take":5}.');
const body = z.record(z.string(), z.unknown()).optional();
const version = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'is not a date such as "2024-08-13"' })
  .optional()
  .describe('cal-api-version, for example "2024-08-13"; the path\'s own when absent.');

/** Whatever the API answers, out of its envelope; with its pagination where it has one. */
const answer = z.unknown();

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface Wish {
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly version?: string | undefined;
}

const readAliases = { query: 'params', api_version: 'version', cal_api_version: 'version', url: 'path' } as const;
const aliases = { ...readAliases, data: 'body' } as const;

export const apiGet = defineTool({
  ...shared,
  name: 'api_get',
  summary: 'Read any path of the Cal.com API v2.',
  effect: 'read',
  input: z.strictObject({ path: path.describe('For example "/slots" or "/bookings/bkg_8x2m".'), params, version }),
  output: answer,
  aliases: readAliases,
  command: { resource: 'api', action: 'get', positionals: ['path'] },
  example: { path: '/event-types' },
  run: (wanted, context: CalContext) => send('GET', wanted, context),
  card: (data) => toAnswerCard(data),
});

export const apiPost = defineTool({
  ...shared,
  name: 'api_post',
  summary: 'Send a POST to any path of the Cal.com API v2.',
  effect: 'write',
  input: z.strictObject({
    path: path.describe('For example "/bookings".'),
    body: body.describe('JSON by the API\'s names, for example {"eventTypeId":2}.'),
    params,
    version,
  }),
  output: answer,
  aliases,
  accept: acceptBooking,
  command: { resource: 'api', action: 'post', positionals: ['path'] },
  example: { path: '/schedules', body: { name: 'Summer', timeZone: 'Europe/Amsterdam', isDefault: false } },
  plan: async (wanted, context: CalContext) => toPlan('POST', await withAttendeeZone(wanted, context), null),
  run: (wanted, context: CalContext) => send('POST', wanted, context),
  card: (data) => toAnswerCard(data),
  undo: { none: 'What a call by its path made is not known; make the call that takes it back.' },
  settle: async () => UNKNOWN,
});

export const apiPatch = defineTool({
  ...shared,
  name: 'api_patch',
  summary: 'Send a PATCH to any path of the Cal.com API v2.',
  effect: 'write',
  input: z.strictObject({
    path: path.describe('For example "/me".'),
    body: body.describe('JSON by the API\'s names, for example {"timeZone":"Europe/Rome"}.'),
    params,
    version,
  }),
  output: answer,
  aliases,
  command: { resource: 'api', action: 'patch', positionals: ['path'] },
  example: { path: '/me', body: { timeZone: 'Europe/Rome' } },
  plan: async (wanted, context: CalContext) => toPlan('PATCH', wanted, await readBefore(wanted, context)),
  run: (wanted, context: CalContext) => send('PATCH', wanted, context),
  card: (data) => toAnswerCard(data),
  undo: { none: 'What a call by its path changed is not known; the journal shows what was there before.' },
  settle: async () => UNKNOWN,
});

export const apiDelete = defineTool({
  ...shared,
  name: 'api_delete',
  summary: 'Send a DELETE to any path of the Cal.com API v2.',
  effect: 'destroy',
  input: z.strictObject({
    path: path.describe('For example "/schedules/3".'),
    body: body.describe('JSON by the API\'s names, for example {"force":true}.'),
    params,
    version,
  }),
  output: answer,
  aliases,
  command: { resource: 'api', action: 'delete', positionals: ['path'] },
  example: { path: '/schedules/4' },
  plan: async (wanted, context: CalContext) => toPlan('DELETE', wanted, await readBefore(wanted, context)),
  run: (wanted, context: CalContext) => send('DELETE', wanted, context),
  card: (data) => toAnswerCard(data),
  undo: { none: 'What a call by its path deleted does not come back; the journal shows what was there.' },
  async settle({ input, before }, context: CalContext): Promise<Settlement<unknown>> {
    if (before === null) return UNKNOWN;
    return (await readBefore(input, context)) === null ? { happened: true, output: null } : { happened: false };
  },
});

const UNKNOWN: Settlement<unknown> = { happened: 'unknown' };

async function send(method: Method, wanted: Wish, { clients, signal }: CalContext): Promise<unknown> {
  const { path: to, query } = toRequest(wanted);
  const answered = await clients.cal.callPath({ method, path: to, query, body: wanted.body, version: wanted.version }, { signal });
  return unwrap(answered);
}

/** Parameters in the path and beside it are the same ones. */
function toRequest({ path: given, params: beside = {} }: Wish) {
  const parsed = parseApiPath(given);
  return { path: parsed.path, query: { ...parsed.query, ...beside } };
}

function unwrap(answered: unknown): unknown {
  if (typeof answered !== 'object' || answered === null || !('status' in answered) || answered.status !== 'success')
    return answered ?? null;
  const { status: _status, ...rest } = answered;
  const names = Object.keys(rest);
  // Lists keep the counts that stand beside them.
  return names.length === 1 && 'data' in rest ? rest.data : names.length === 0 ? null : rest;
}

async function toPlan<Input extends Wish>(method: Method, wanted: Input, before: unknown): Promise<Plan<Input>> {
  const { path: to, query } = toRequest(wanted);
  const sent = wanted.version ?? versionOf(method, to);
  const parts = [...Object.entries(query).map(([name, value]) => [`?${name}`, value] as const), ...Object.entries(wanted.body ?? {})];
  return {
    card: {
      kind: 'record',
      title: `${method} ${to}`,
      status: { text: method === 'DELETE' ? 'To be deleted' : 'To be sent', tone: method === 'DELETE' ? 'bad' : 'warning' },
      fields: [
        ...parts.map(([name, value]) => ({ label: name, value: typeof value === 'string' ? value : JSON.stringify(value) })),
        ...(sent === undefined ? [] : [{ label: 'API version', value: sent }]),
      ],
    },
    before,
    input: wanted,
  };
}

/** What a path shows before it is changed; `null` where it shows nothing, or cannot be read. */
async function readBefore(wanted: Wish, context: CalContext): Promise<unknown> {
  const { path: to } = toRequest(wanted);
  if (findOperation('GET', to) === undefined) return null;
  try {
    return await send('GET', { path: to }, context);
  } catch (error) {
    if (error instanceof AppError && ['not_found', 'forbidden', 'unsupported', 'invalid_input'].includes(error.code)) return null;
    throw error;
  }
}

function toAnswerCard(data: unknown): Card {
  if (Array.isArray(data)) {
    const items = data.slice(0, 50).map((item) => ({ title: titleOf(item) }));
    return { kind: 'list', title: data.length === 1 ? '1 item' : `${data.length} items`, items };
  }
  if (typeof data !== 'object' || data === null) return { kind: 'notice', title: data === null ? 'Done.' : String(data) };
  const fields = Object.entries(data).map(([label, value]) => ({ label, value: sayValue(value) }));
  return { kind: 'record', title: titleOf(data), fields: fields.slice(0, 40) };
}

const TITLES = ['title', 'name', 'uid', 'id', 'email', 'subscriberUrl'];

function titleOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return sayValue(item);
  const members = item as Readonly<Record<string, unknown>>; // any object is a record
  const name = TITLES.find((candidate) => ['string', 'number'].includes(typeof members[candidate]));
  return name === undefined ? 'Answer' : String(members[name]);
}

function sayValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** The older `responses` of a booking, which the API's newer versions refuse, as the attendee and answers they know. */
function acceptBooking({ body: given, ...rest }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isNew = rest.version === undefined || rest.version !== '2024-04-15';
  if (!isNew || !isBookingPath(rest.path) || typeof given !== 'object' || given === null || !('responses' in given)) {
    return { ...rest, ...(given === undefined ? {} : { body: given }) };
  }
  const { responses, end: _end, timeZone, language, ...body } = given as Readonly<Record<string, unknown>>; // any object is a record
  const { name, email, guests, attendeePhoneNumber, ...answers } = (responses ?? {}) as Readonly<Record<string, unknown>>; // the same
  const attendee = {
    name,
    ...(email === undefined ? {} : { email }),
    ...(attendeePhoneNumber === undefined ? {} : { phoneNumber: attendeePhoneNumber }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(language === undefined ? {} : { language }),
  };
  return {
    ...rest,
    body: {
      attendee,
      ...(guests === undefined ? {} : { guests }),
      ...(Object.keys(answers).length === 0 ? {} : { bookingFieldsResponses: answers }),
      ...body,
    },
  };
}

/** A new booking's attendee without a zone, as `responses` leaves it, is in the account's. */
async function withAttendeeZone<Input extends Wish>(wanted: Input, context: CalContext): Promise<Input> {
  const attendee = wanted.body?.attendee;
  const lacksZone = typeof attendee === 'object' && attendee !== null && !('timeZone' in attendee);
  if (!lacksZone || wanted.version === '2024-04-15' || !isBookingPath(wanted.path)) return wanted;
  return { ...wanted, body: { ...wanted.body, attendee: { ...attendee, timeZone: await accountZone(context) } } };
}

function isBookingPath(given: unknown): boolean {
  return typeof given === 'string' && /^\/?(v2\/)?bookings\/?$/.test(given.trim());
}
