import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { CardDay } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { slots as slotsSchema } from '../../wire/calcom/slots.ts';
import { parseMoment, startOfDate, toDayLabel, toTimeLabel } from '../moment.ts';
import { type CalContext, eventTypeFields, findEventType } from './fields.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

const output = z.object({
  eventType: z.object({ id: z.number(), slug: z.string(), title: z.string(), lengthInMinutes: z.number() }),
  timeZone: z.string(),
  durationMinutes: z.number(),
  rescheduleUid: z.string().optional(),
  /** By local date of `timeZone`; dates without free time are absent. */
  slots: slotsSchema,
});

export const getAvailableSlots = defineTool({
  namespace: 'cal',
  name: 'get_available_slots',
  summary: 'Find the free starts of an event type between two dates or times.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({
    ...eventTypeFields,
    start: z.string().trim().min(1).describe('First date ("2030-01-08") or time ("2030-01-08T12:00") to look at.'),
    end: z.string().trim().min(1).describe('Last date (inclusive) or time (exclusive), for example "2030-01-11".'),
    timeZone: z.string().optional().describe('IANA zone of the dates and of the answer, for example "Europe/Amsterdam".'),
    durationMinutes: z.int().positive().max(1440).optional().describe('Length, where the event type offers several, for example 45.'),
    rescheduleUid: z.string().trim().min(1).optional().describe('A booking that is to be moved: its own time counts as free.'),
  }),
  output,
  async run(input, { clients, signal, timeZone: readerZone }: CalContext) {
    const timeZone = checkTimeZone(input.timeZone ?? readerZone);
    const start = DATE.test(input.start) ? startOfDate(input.start, timeZone) : parseMoment(input.start, timeZone);
    const end = DATE.test(input.end) ? startOfDate(input.end, timeZone, 1) : parseMoment(input.end, timeZone);
    if (end <= start) {
      throw new AppError('invalid_input', `The end "${input.end}" is not after the start "${input.start}".`, {
        hint: 'Give an end that lies later.',
      });
    }
    const eventType = await findEventType(clients.cal, input, signal);
    const length = input.durationMinutes ?? eventType.lengthInMinutes;
    const found = await clients.cal.getSlots(
      {
        eventTypeId: eventType.id,
        start: new Date(start).toISOString(),
        // An end at 00:00:00Z would mean the whole of that day (reference §2.8); the range is half-open, so a millisecond earlier is the same.
        end: new Date(end - 1).toISOString(),
        timeZone,
        ...(length === eventType.lengthInMinutes ? {} : { duration: length }),
        ...(input.rescheduleUid === undefined ? {} : { bookingUidToReschedule: input.rescheduleUid }),
      },
      { signal },
    );
    return {
      eventType: { id: eventType.id, slug: eventType.slug, title: eventType.title, lengthInMinutes: eventType.lengthInMinutes },
      timeZone,
      durationMinutes: length,
      ...(input.rescheduleUid === undefined ? {} : { rescheduleUid: input.rescheduleUid }),
      slots: found,
    };
  },
  card({ eventType, timeZone, durationMinutes, rescheduleUid, slots }) {
    const days = Object.entries(slots)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([date, starts]): CardDay => ({
          date,
          label: toDayLabel(Date.parse(starts[0]?.start ?? `${date}T12:00:00Z`), timeZone),
          slots: starts.map(({ start }) => ({
            start: new Date(start).toISOString(),
            label: toTimeLabel(Date.parse(start), timeZone),
          })),
        }),
      );
    const count = days.reduce((sum, day) => sum + day.slots.length, 0);
    return {
      kind: 'slots',
      title: count === 0 ? `No free time for ${eventType.title}` : `${count} free ${count === 1 ? 'time' : 'times'} for ${eventType.title}`,
      fields: [{ label: 'Time zone', value: timeZone }],
      days,
      draft: {
        eventTypeId: eventType.id,
        eventTypeTitle: eventType.title,
        durationMinutes,
        timeZone,
        ...(rescheduleUid === undefined ? {} : { rescheduleUid }),
      },
      ...(count === 0 ? { note: 'Try other days, or another event type.' } : {}),
    };
  },
});
