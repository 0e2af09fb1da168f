import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardItem } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { connectedCalendar, destinationCalendar } from '../../wire/calcom/calendars.ts';
import { parseMoment, startOfDate, toRangeLabel } from '../moment.ts';
import type { CalContext } from './fields.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'], effect: 'read' } as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export const listCalendars = defineTool({
  ...shared,
  name: 'list_calendars',
  summary: 'List the connected calendars and which of them block time.',
  input: z.strictObject({}),
  output: z.object({ connectedCalendars: z.array(connectedCalendar), destinationCalendar }),
  command: { resource: 'calendars', action: 'list' },
  example: {},
  run: (_input, { clients, signal }: CalContext) => clients.cal.listCalendars({ signal }),
  card({ connectedCalendars }): Card {
    const items = connectedCalendars.flatMap(({ integration, credentialId, calendars = [], error }) =>
      calendars.map(
        (calendar): CardItem => ({
          title: calendar.name ?? calendar.externalId,
          detail: [integration.title ?? integration.name, ...(error === undefined ? [] : [error.message])].join(' · '),
          status: error !== undefined ? { text: 'Out of date', tone: 'bad' } : calendar.isSelected ? BLOCKS : IGNORED,
          ref: `${credentialId} ${calendar.externalId}`,
        }),
      ),
    );
    return {
      kind: 'list',
      title: items.length === 1 ? '1 calendar' : `${items.length} calendars`,
      items,
      ...(items.length === 0 ? { note: 'No calendar is connected.' } : {}),
    };
  },
});

const BLOCKS = { text: 'Blocks time', tone: 'good' } as const;
const IGNORED = { text: 'Ignored', tone: 'neutral' } as const;

export const getBusyTimes = defineTool({
  ...shared,
  name: 'get_busy_times',
  summary: 'Show when the calendars that block time are busy.',
  input: z.strictObject({
    start: z.string().describe('First date or time, for example "2030-01-08".'),
    end: z.string().describe('Last date, which counts, or end time, for example "2030-01-11".'),
    time_zone: z.string().optional().describe('IANA zone of dates, for example "Europe/Rome"; yours when absent.'),
    credential_id: z.int().min(0).optional().describe('Only of this connection, for example 1; all that block time when absent.'),
  }),
  output: z.array(z.object({ start: z.string(), end: z.string(), source: z.string().nullish() })),
  command: { resource: 'calendars', action: 'busy', range: ['start', 'end'] },
  example: { start: '2030-01-08', end: '2030-01-11' },
  async run({ start, end, time_zone, credential_id }, { clients, signal, timeZone: own }: CalContext) {
    const timeZone = checkTimeZone(time_zone ?? own);
    const from = DATE.test(start) ? startOfDate(start, timeZone) : parseMoment(start, timeZone);
    const to = DATE.test(end) ? startOfDate(end, timeZone, 1) : parseMoment(end, timeZone);
    if (to <= from)
      throw new AppError('invalid_input', `The end "${end}" is not after the start "${start}".`, { hint: 'Give an end that lies later.' });
    const { connectedCalendars } = await clients.cal.listCalendars({ signal });
    const calendars = connectedCalendars.flatMap(({ calendars: listed = [] }) =>
      listed.filter((calendar) => (credential_id === undefined ? calendar.isSelected : calendar.credentialId === credential_id)),
    );
    if (calendars.length === 0 && credential_id !== undefined) {
      throw new AppError('not_found', `There is no connected calendar ${credential_id}.`, { hint: 'list_calendars shows what there is.' });
    }
    if (calendars.length === 0) return [];
    const named = calendars.map(({ credentialId, externalId }) => ({ credentialId, externalId }));
    const range = { dateFrom: new Date(from).toISOString(), dateTo: new Date(to).toISOString(), timeZone };
    const busy = await clients.cal.getBusyTimes({ calendars: named, ...range }, { signal });
    return busy.filter((time) => Date.parse(time.start) < to && Date.parse(time.end) > from);
  },
  card: (busy, { timeZone }): Card => ({
    kind: 'list',
    title: busy.length === 1 ? '1 busy time' : `${busy.length} busy times`,
    items: busy.map(({ start, end, source }) => ({
      title: toRangeLabel(Date.parse(start), Date.parse(end), timeZone),
      ...(source ? { detail: source.replace(/_calendar$/, '') } : {}),
    })),
    ...(busy.length === 0 ? { note: 'Nothing in the calendars blocks any of it.' } : {}),
  }),
});
