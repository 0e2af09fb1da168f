import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Schedule, schedule } from '../../wire/calcom/schedules.ts';
import type { CalContext } from './fields.ts';
import { acceptHours, dates, findSchedule, hours, scheduleId, toChanges, toScheduleCard, toWords, untilNow } from './schedule-fields.ts';
import { checkUntouched, findOrNothing, makeGone, settleDelete, settleUpdate } from './undoing.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'] } as const;
const name = z.string().trim().min(1).max(200);
const zone = z.string();

export const listSchedules = defineTool({
  ...shared,
  name: 'list_schedules',
  summary: 'List the schedules: the weekly hours that can be booked.',
  effect: 'read',
  input: z.strictObject({}),
  output: z.array(schedule),
  command: { resource: 'schedules', action: 'list' },
  example: {},
  run: async (_input, { clients, signal }: CalContext) => [...(await clients.cal.listSchedules({ signal }))],
  card: (schedules): Card => ({
    kind: 'list',
    title: schedules.length === 1 ? '1 schedule' : `${schedules.length} schedules`,
    items: schedules.map((found) => {
      const { title, status, fields = [] } = toScheduleCard(found);
      const detail = fields.filter(({ label }) => label !== 'Id').map(({ value }) => value);
      return { title, ...(status === undefined ? {} : { status }), detail: detail.join(' · '), ref: String(found.id) };
    }),
    ...(schedules.length === 0 ? { note: 'Without hours nothing can be booked.' } : {}),
  }),
});

export const getSchedule = defineTool({
  ...shared,
  name: 'get_schedule',
  summary: 'Show one schedule, or the default one.',
  effect: 'read',
  input: z.strictObject({ schedule_id: scheduleId.optional().describe('The schedule, for example 1; the default one when absent.') }),
  output: schedule,
  aliases: { id: 'schedule_id' },
  command: { resource: 'schedules', action: 'get', positionals: ['schedule_id'] },
  example: { schedule_id: 1 },
  async run({ schedule_id }, context: CalContext) {
    if (schedule_id !== undefined) return findSchedule(schedule_id, context);
    const found = await context.clients.cal.getDefaultSchedule({ signal: context.signal });
    if (found === null) throw new AppError('not_found', 'There is no default schedule.', { hint: 'Choose one with set_default_schedule.' });
    return found;
  },
  card: (found) => toScheduleCard(found),
});

export const createSchedule = defineTool({
  ...shared,
  name: 'create_schedule',
  summary: 'Create a schedule of weekly hours.',
  effect: 'write',
  input: z.strictObject({
    name: name.describe('Its name, for example "Summer hours".'),
    hours: hours.optional(),
    dates: dates.optional(),
    time_zone: zone.optional().describe('IANA zone of the hours, for example "Europe/Rome"; yours when absent.'),
    is_default: z.boolean().optional().describe('Whether event types use it by default, for example true; no when absent.'),
  }),
  output: schedule,
  accept: acceptHours,
  command: { resource: 'schedules', action: 'create', positionals: ['name'] },
  example: { name: 'Summer hours', hours: 'Mon-Fri 08:00-14:00', time_zone: 'Europe/Amsterdam' },
  async plan(given, context: CalContext) {
    const exact = {
      ...given,
      hours: given.hours ?? 'Mon-Fri 09:00-17:00',
      time_zone: checkTimeZone(given.time_zone ?? context.timeZone),
      is_default: given.is_default ?? false,
    };
    const changes = toChanges(exact);
    const former = exact.is_default ? await context.clients.cal.getDefaultSchedule({ signal: context.signal }) : null;
    const { title, fields = [] } = toScheduleCard({
      name: given.name,
      availability: [],
      overrides: [],
      timeZone: exact.time_zone,
      ...changes,
    });
    return {
      card: {
        kind: 'record',
        title,
        status: { text: 'To be created', tone: 'warning' },
        fields: [...fields, ...(former === null ? [] : [{ label: 'Default instead of', value: former.name }])],
      },
      before: former === null ? null : { defaultScheduleId: former.id },
      input: exact,
    };
  },
  run: (given, { clients, signal, timeZone }: CalContext) =>
    clients.cal.createSchedule(
      { timeZone: checkTimeZone(given.time_zone ?? timeZone), isDefault: given.is_default ?? false, ...toChanges(given), name: given.name },
      { signal },
    ),
  card: (created) => ({ ...toScheduleCard(created), note: 'Created.' }),
  undo: {
    async step({ output, before }, { clients, signal }: CalContext) {
      checkUntouched(output.name, output, await findOrNothing(clients.cal.getSchedule(output.id, { signal })));
      const { defaultScheduleId } = (before ?? {}) as { readonly defaultScheduleId?: number }; // the image that `plan` made
      return {
        tool: 'cal.delete_schedule',
        input: { schedule_id: output.id, ...(defaultScheduleId === undefined ? {} : { next_default_id: defaultScheduleId }) },
        caveats: [],
      };
    },
  },
  async settle({ input }, { clients, signal }: CalContext) {
    const { availability = [] } = toChanges(input);
    const alike = (await clients.cal.listSchedules({ signal })).some(
      (found) => found.name === input.name && found.availability.length === availability.length,
    );
    // A name may be used twice, so one that is like it proves nothing.
    return alike ? { happened: 'unknown' } : { happened: false };
  },
});

export const updateSchedule = defineTool({
  ...shared,
  name: 'update_schedule',
  summary: "Change a schedule's hours, dates, name or zone.",
  effect: 'write',
  input: z.strictObject({
    schedule_id: scheduleId,
    name: name.optional().describe('A new name, for example "Winter hours".'),
    hours: hours.optional(),
    dates: dates.optional(),
    time_zone: zone.optional().describe('IANA zone of the hours, for example "Europe/Rome".'),
  }),
  output: schedule,
  aliases: { id: 'schedule_id' },
  accept: acceptHours,
  command: { resource: 'schedules', action: 'update', positionals: ['schedule_id'] },
  example: { schedule_id: 1, hours: 'Mon-Thu 09:00-17:00' },
  async plan(given, context: CalContext) {
    const before = await findSchedule(given.schedule_id, context);
    const changes = toChanges(given);
    if (Object.keys(changes).length === 0) {
      throw new AppError('invalid_input', `Nothing is said about what should change in "${before.name}".`, {
        hint: 'Give hours, dates, name or time_zone.',
      });
    }
    const { title, fields = [] } = toScheduleCard({ ...before, ...changes });
    return {
      card: {
        kind: 'record',
        title,
        status: { text: 'To be changed', tone: 'warning' },
        fields: [...fields, ...untilNow(before, changes)],
      },
      before,
      input: given,
    };
  },
  run: (given, { clients, signal }: CalContext) => clients.cal.updateSchedule(given.schedule_id, toChanges(given), { signal }),
  card: (changed) => ({ ...toScheduleCard(changed), note: 'Changed.' }),
  undo: {
    async step({ input, output, before }, { clients, signal }: CalContext) {
      checkUntouched(output.name, output, await findOrNothing(clients.cal.getSchedule(output.id, { signal })));
      const former = before as Schedule; // the image that `plan` made
      const { hours: formerHours, dates: formerDates } = toWords(former);
      return {
        tool: 'cal.update_schedule',
        input: {
          schedule_id: output.id,
          ...(input.name === undefined ? {} : { name: former.name }),
          ...(input.hours === undefined ? {} : { hours: formerHours }),
          ...(input.dates === undefined ? {} : { dates: formerDates }),
          ...(input.time_zone === undefined ? {} : { time_zone: former.timeZone }),
        },
        caveats: [],
      };
    },
  },
  async settle({ input, before }, { clients, signal }: CalContext) {
    const found = await findOrNothing(clients.cal.getSchedule(input.schedule_id, { signal }));
    const wanted = toScheduleCard({ ...(before as Schedule), ...toChanges(input) }); // the image that `plan` made
    return settleUpdate(found, {
      before,
      isDone: (now) => JSON.stringify(toScheduleCard(now).fields) === JSON.stringify(wanted.fields) && now.name === wanted.title,
    });
  },
});

export const setDefaultSchedule = defineTool({
  ...shared,
  name: 'set_default_schedule',
  summary: 'Make a schedule the default one.',
  effect: 'write',
  input: z.strictObject({ schedule_id: scheduleId }),
  output: schedule,
  aliases: { id: 'schedule_id' },
  command: { resource: 'schedules', action: 'default', positionals: ['schedule_id'] },
  example: { schedule_id: 2 },
  async plan(given, context: CalContext) {
    const [wanted, former] = await Promise.all([
      findSchedule(given.schedule_id, context),
      context.clients.cal.getDefaultSchedule({ signal: context.signal }),
    ]);
    if (wanted.isDefault) {
      throw new AppError('conflict', `"${wanted.name}" is the default schedule already.`, { hint: 'Nothing was changed.' });
    }
    const card = toScheduleCard(wanted);
    return {
      card: {
        ...card,
        status: { text: 'To become the default', tone: 'warning' },
        fields: [...(card.fields ?? []), ...(former === null ? [] : [{ label: 'Instead of', value: former.name }])],
      },
      before: { defaultScheduleId: former?.id ?? null, schedule: wanted },
      input: given,
    };
  },
  run: ({ schedule_id }, { clients, signal }: CalContext) => clients.cal.updateSchedule(schedule_id, { isDefault: true }, { signal }),
  card: (changed) => ({ ...toScheduleCard(changed), note: 'It is the default now.' }),
  undo: {
    async step({ output, before }, { clients, signal }: CalContext) {
      const { defaultScheduleId } = before as { readonly defaultScheduleId: number | null }; // the image that `plan` made
      if (defaultScheduleId === null) {
        throw new AppError('unsupported', 'There was no default schedule before, and none can be set again.');
      }
      const now = await clients.cal.getDefaultSchedule({ signal });
      if (now?.id !== output.id) {
        throw new AppError('conflict', `"${output.name}" is not the default schedule any more.`, { hint: 'Nothing was changed.' });
      }
      return { tool: 'cal.set_default_schedule', input: { schedule_id: defaultScheduleId }, caveats: [] };
    },
  },
  async settle({ input }, { clients, signal }: CalContext) {
    const now = await clients.cal.getDefaultSchedule({ signal });
    return now?.id === input.schedule_id ? { happened: true, output: now } : { happened: false };
  },
});

export const deleteSchedule = defineTool({
  ...shared,
  name: 'delete_schedule',
  summary: 'Delete a schedule.',
  effect: 'destroy',
  input: z.strictObject({
    schedule_id: scheduleId,
    next_default_id: z.int().positive().optional().describe('Which one becomes the default if this one is it, for example 2.'),
  }),
  output: schedule,
  aliases: { id: 'schedule_id' },
  command: { resource: 'schedules', action: 'delete', positionals: ['schedule_id'] },
  example: { schedule_id: 3 },
  async plan(given, context: CalContext) {
    const { cal } = context.clients;
    const [before, eventTypes] = await Promise.all([
      findSchedule(given.schedule_id, context),
      cal.listEventTypes({}, { signal: context.signal }),
    ]);
    if (given.next_default_id !== undefined) await findSchedule(given.next_default_id, context);
    const users = eventTypes.filter(({ scheduleId: id }) => id === before.id).map(({ title }) => title);
    const card = toScheduleCard(before);
    return {
      card: {
        ...card,
        status: { text: 'To be deleted', tone: 'bad' },
        fields: [...(card.fields ?? []), ...(users.length === 0 ? [] : [{ label: 'Used by', value: users.join(', ') }])],
        ...(users.length === 0 ? {} : { note: 'The event types that use it will use the default schedule.' }),
      },
      before: { schedule: before, usedBy: users },
      input: given,
    };
  },
  async run({ schedule_id, next_default_id }, context: CalContext) {
    const { clients, signal } = context;
    const found = await findSchedule(schedule_id, context);
    if (next_default_id !== undefined && found.isDefault)
      await clients.cal.updateSchedule(next_default_id, { isDefault: true }, { signal });
    const look = () => findOrNothing(clients.cal.getSchedule(schedule_id, { signal }));
    await makeGone(clients.cal.deleteSchedule(schedule_id, { signal }), look);
    return found;
  },
  card: (gone) => ({ ...toScheduleCard(gone), status: { text: 'Deleted', tone: 'bad' } }),
  undo: {
    async step({ output, before }) {
      const { usedBy = [] } = (before ?? {}) as { readonly usedBy?: readonly string[] }; // the image that `plan` made
      return {
        tool: 'cal.create_schedule',
        input: { name: output.name, ...toWords(output), time_zone: output.timeZone, is_default: output.isDefault },
        caveats: [
          'It gets a new id.',
          ...(usedBy.length === 0
            ? []
            : [`These event types keep the default schedule until you choose this one again: ${usedBy.join(', ')}.`]),
        ],
      };
    },
  },
  async settle({ input, before }, { clients, signal }: CalContext) {
    const { schedule: former } = before as { readonly schedule: Schedule }; // the image that `plan` made
    return settleDelete(await findOrNothing(clients.cal.getSchedule(input.schedule_id, { signal })), former);
  },
});
