import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type OutOfOffice, outOfOffice, outOfOfficeReasons } from '../../wire/calcom/out-of-office.ts';
import type { CalContext } from './fields.ts';
import {
  checkDays,
  countBookings,
  fieldsOf,
  findEntry,
  getEntry,
  isSame,
  reasonOf,
  toBody,
  toDay,
  toDaysLabel,
  toEntryCard,
} from './out-of-office-fields.ts';
import { checkUntouched, makeGone, settleDelete, settleUpdate } from './undoing.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'] } as const;
const entryId = z.int().positive().max(2_147_483_647).describe("The absence's id, for example 1; list_out_of_office shows it.");
const start = z.string().describe('First day away, for example "2030-08-01".');
const end = z.string().describe('Last day away, for example "2030-08-14".');
const more = {
  reason: z.enum(outOfOfficeReasons).optional().describe('Why, for example "vacation".'),
  notes: z.string().max(5000).optional().describe('More about it, for example "On a boat."'),
  to_user_id: z.int().positive().optional().describe('Who stands in, by user id, for example 2.'),
};
const aliases = { id: 'out_of_office_id', ooo_id: 'out_of_office_id', start_date: 'start', end_date: 'end' };

export const listOutOfOffice = defineTool({
  ...shared,
  name: 'list_out_of_office',
  summary: 'List the days you are away.',
  effect: 'read',
  input: z.strictObject({
    limit: z.int().min(1).max(250).optional().describe('How many at most, for example 20.'),
    page: z.int().min(1).optional().describe('Which page of them, for example 2.'),
  }),
  output: z.array(outOfOffice),
  command: { resource: 'ooo', action: 'list' },
  example: {},
  run: async ({ limit = 250, page = 1 }, { clients, signal }: CalContext) => [
    ...(await clients.cal.listOutOfOffice({ take: limit, skip: (page - 1) * limit, sortStart: 'asc' }, { signal })),
  ],
  card: (entries): Card => ({
    kind: 'list',
    title: entries.length === 1 ? '1 absence' : `${entries.length} absences`,
    items: entries.map((entry) => ({
      title: toDaysLabel(entry),
      detail: [reasonOf(entry), ...(entry.notes ? [entry.notes] : [])].join(' · '),
      ref: String(entry.id),
    })),
    ...(entries.length === 0 ? { note: 'No days away.' } : {}),
  }),
});

export const createOutOfOffice = defineTool({
  ...shared,
  name: 'create_out_of_office',
  summary: 'Close days because you are away.',
  effect: 'write',
  input: z.strictObject({
    start,
    end: end.optional().describe('Last day away, for example "2030-08-14"; the first when absent.'),
    ...more,
  }),
  output: outOfOffice,
  aliases,
  command: { resource: 'ooo', action: 'create', positionals: ['start', 'end'], phrases: { start: 'day', end: 'day' } },
  example: { start: '2030-08-01', end: '2030-08-14', reason: 'vacation' },
  async plan(given, context: CalContext) {
    const exact = { ...given, start: toDay(given.start), end: toDay(given.end ?? given.start) };
    checkDays(exact);
    const booked = await countBookings(exact, context);
    return {
      card: {
        kind: 'record',
        title: `Away ${toDaysLabel(exact)}`,
        status: { text: 'To be entered', tone: 'warning' },
        fields: fieldsOf(toBody(exact)),
        ...(booked === 0
          ? {}
          : { note: `${booked} ${booked === 1 ? 'booking' : 'bookings'} on these days ${booked === 1 ? 'stays' : 'stay'}.` }),
      },
      before: null,
      input: exact,
    };
  },
  run: (given, { clients, signal }: CalContext) =>
    clients.cal.createOutOfOffice(toBody({ ...given, end: given.end ?? given.start }), { signal }),
  card: (created) => toEntryCard(created, { text: 'Away', tone: 'good' }),
  undo: {
    async step({ output }, context: CalContext) {
      checkUntouched(toDaysLabel(output), output, await findEntry(output.id, context));
      return { tool: 'cal.delete_out_of_office', input: { out_of_office_id: output.id }, caveats: [] };
    },
  },
  async settle({ input }, { clients, signal }: CalContext) {
    const { start: from, end: to } = toBody({ ...input, end: input.end ?? input.start });
    const found = (await clients.cal.listOutOfOffice({}, { signal })).find((entry) => isSame(entry.start, from) && isSame(entry.end, to));
    // The API takes the same days only once.
    return found === undefined ? { happened: false } : { happened: true, output: found };
  },
});

export const updateOutOfOffice = defineTool({
  ...shared,
  name: 'update_out_of_office',
  summary: 'Change the days you are away, or why.',
  effect: 'write',
  input: z.strictObject({ out_of_office_id: entryId, start: start.optional(), end: end.optional(), ...more }),
  output: outOfOffice,
  aliases,
  command: { resource: 'ooo', action: 'update', positionals: ['out_of_office_id'], phrases: { start: 'day', end: 'day' } },
  example: { out_of_office_id: 1, end: '2030-07-05' },
  async plan(given, context: CalContext) {
    const { out_of_office_id: id, ...changes } = given;
    const before = await getEntry(id, context);
    if (Object.keys(changes).length === 0) {
      throw new AppError('invalid_input', `Nothing is said about what should change in the absence ${id}.`, {
        hint: 'Give start, end, reason, notes or to_user_id.',
      });
    }
    // The API takes both days or none.
    const days = { start: toDay(changes.start ?? before.start), end: toDay(changes.end ?? before.end) };
    checkDays(days);
    const exact = { ...given, ...(changes.start === undefined && changes.end === undefined ? {} : days) };
    return {
      card: {
        kind: 'record',
        title: `Away ${toDaysLabel(days)}`,
        status: { text: 'To be changed', tone: 'warning' },
        fields: [
          ...fieldsOf(toBody(exact)),
          { label: 'Until now', value: [toDaysLabel(before), reasonOf(before), before.notes].filter(Boolean).join(' · ') },
        ],
      },
      before,
      input: exact,
    };
  },
  async run({ out_of_office_id: id, ...changes }, context: CalContext) {
    const { clients, signal } = context;
    const isHalf = (changes.start === undefined) !== (changes.end === undefined);
    const before = isHalf ? await getEntry(id, context) : undefined;
    const days = before === undefined ? {} : { start: toDay(changes.start ?? before.start), end: toDay(changes.end ?? before.end) };
    return clients.cal.updateOutOfOffice(id, toBody({ ...changes, ...days }), { signal });
  },
  card: (changed) => toEntryCard(changed, { text: 'Changed', tone: 'good' }),
  undo: {
    async step({ input, output, before }, context: CalContext) {
      checkUntouched(toDaysLabel(output), output, await findEntry(output.id, context));
      const former = before as OutOfOffice; // the image that `plan` made
      const until = {
        ...(input.start === undefined ? {} : { start: toDay(former.start), end: toDay(former.end) }),
        ...(input.reason === undefined ? {} : { reason: former.reason ?? 'unspecified' }),
        ...(input.notes === undefined ? {} : { notes: former.notes ?? '' }),
        ...(input.to_user_id === undefined || former.toUserId == null ? {} : { to_user_id: former.toUserId }),
      };
      const isKept = input.to_user_id !== undefined && former.toUserId == null;
      if (isKept && Object.keys(until).length === 0) {
        throw new AppError('unsupported', 'The API has no way to take a stand-in away again.', {
          hint: 'Delete the absence and enter it anew.',
        });
      }
      return {
        tool: 'cal.update_out_of_office',
        input: { out_of_office_id: output.id, ...until },
        caveats: isKept ? ['The stand-in stays: the API has no way to take one away again.'] : [],
      };
    },
  },
  async settle({ input: { out_of_office_id: id, ...changes }, before }, context: CalContext) {
    const wanted = Object.entries(toBody(changes)) as [keyof OutOfOffice, unknown][]; // both have the API's names
    return settleUpdate(await findEntry(id, context), {
      before,
      isDone: (now) => wanted.every(([name, value]) => now[name] === value || isSame(String(now[name]), String(value))),
    });
  },
});

export const deleteOutOfOffice = defineTool({
  ...shared,
  name: 'delete_out_of_office',
  summary: 'Open days again that you were to be away.',
  effect: 'destroy',
  input: z.strictObject({ out_of_office_id: entryId }),
  output: outOfOffice,
  aliases,
  command: { resource: 'ooo', action: 'delete', positionals: ['out_of_office_id'] },
  example: { out_of_office_id: 2 },
  async plan(given, context: CalContext) {
    const before = await getEntry(given.out_of_office_id, context);
    return { card: toEntryCard(before, { text: 'To be deleted', tone: 'bad' }), before, input: given };
  },
  async run({ out_of_office_id: id }, context: CalContext) {
    const found = await getEntry(id, context);
    await makeGone(context.clients.cal.deleteOutOfOffice(id, { signal: context.signal }), () => findEntry(id, context));
    return found;
  },
  card: (gone) => toEntryCard(gone, { text: 'Deleted', tone: 'bad' }),
  undo: {
    async step({ output }) {
      return {
        tool: 'cal.create_out_of_office',
        input: {
          start: toDay(output.start),
          end: toDay(output.end),
          reason: output.reason ?? 'unspecified',
          ...(output.notes ? { notes: output.notes } : {}),
          ...(output.toUserId == null ? {} : { to_user_id: output.toUserId }),
        },
        caveats: ['It gets a new id.'],
      };
    },
  },
  settle: async ({ input, before }, context: CalContext) =>
    settleDelete(await findEntry(input.out_of_office_id, context), before as OutOfOffice), // the image that `plan` made
});
