import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { CardDay } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { slots as slotsSchema } from '../../wire/calcom/slots.ts';
import { parseMoment, startOfDate, toDayLabel, toTimeLabel } from '../moment.ts';
import { type CalContext, eventTypeAliases, eventTypeFields, findEventType, minutes, shared } from './fields.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

const text = z.string().trim().min(1);

const input = z.strictObject({
  ...eventTypeFields,
  usernames: z.array(text).min(2).max(20).optional().describe('Times when all of these are free, for example ["ada","bob"].'),
  start: text.describe('First date ("2030-01-08") or time ("2030-01-08T12:00") to look at.'),
  end: text.describe('Last date (inclusive) or time (exclusive), for example "2030-01-11".'),
  time_zone: z.string().optional().describe('IANA zone of dates and answer, for example "Europe/Amsterdam".'),
  duration_minutes: minutes.optional().describe('Length, where there are several, for example 45.'),
  reschedule_uid: text.optional().describe('A booking to be moved, for example "bkg_8x2m": its own time counts as free.'),
});

const output = z.object({
  eventType: z.object({ id: z.number(), slug: z.string(), title: z.string(), lengthInMinutes: z.number() }),
  timeZone: z.string(),
  durationMinutes: z.number(),
  rescheduleUid: z.string().optional(),
  usernames: z.array(z.string()).optional(),
  /** By local date of `timeZone`; dates without free time are absent. */
  slots: slotsSchema,
});

export const getAvailableSlots = defineTool({
  ...shared,
  name: 'get_available_slots',
  summary: 'Find the free starts of an event type between two dates or times.',
  effect: 'read',
  everyday: true,
  input,
  output,
  aliases: {
    ...eventTypeAliases,
    start_time: 'start',
    end_time: 'end',
    duration: 'duration_minutes',
    booking_uid_to_reschedule: 'reschedule_uid',
  },
  accept: ({ usernames, ...given }) => ({
    ...given,
    ...(usernames === undefined ? {} : { usernames: typeof usernames === 'string' ? usernames.split(',') : usernames }),
  }),
  command: {
    resource: 'slots',
    action: 'available',
    flags: { 'event-type': 'event_type_id|event_type_slug', duration: 'duration_minutes' },
    range: ['start', 'end'],
  },
  example: { event_type_slug: '30min', start: '2030-01-08', end: '2030-01-11' },
  async run(wanted, context: CalContext) {
    const { clients, signal, timeZone: readerZone } = context;
    const timeZone = checkTimeZone(wanted.time_zone ?? readerZone);
    const start = DATE.test(wanted.start) ? startOfDate(wanted.start, timeZone) : parseMoment(wanted.start, timeZone);
    const end = DATE.test(wanted.end) ? startOfDate(wanted.end, timeZone, 1) : parseMoment(wanted.end, timeZone);
    if (end <= start) {
      throw new AppError('invalid_input', `The end "${wanted.end}" is not after the start "${wanted.start}".`, {
        hint: 'Give an end that lies later.',
      });
    }
    const eventType = wanted.usernames === undefined ? await findEventType(wanted, context) : await findShared(wanted.usernames, context);
    const length = wanted.duration_minutes ?? eventType.lengthInMinutes;
    const found = await clients.cal.getSlots(
      {
        ...(wanted.usernames === undefined ? { eventTypeId: eventType.id } : { usernames: wanted.usernames.join(',') }),
        start: new Date(start).toISOString(),
        // An end at 00:00:00Z would mean the whole of that day (reference §2.8); the range is half-open, so a millisecond earlier is the same.
        end: new Date(end - 1).toISOString(),
        timeZone,
        ...(length === eventType.lengthInMinutes ? {} : { duration: length }),
        ...(wanted.reschedule_uid === undefined ? {} : { bookingUidToReschedule: wanted.reschedule_uid }),
      },
      { signal },
    );
    return {
      eventType: { id: eventType.id, slug: eventType.slug, title: eventType.title, lengthInMinutes: eventType.lengthInMinutes },
      timeZone,
      durationMinutes: length,
      ...(wanted.reschedule_uid === undefined ? {} : { rescheduleUid: wanted.reschedule_uid }),
      ...(wanted.usernames === undefined ? {} : { usernames: wanted.usernames }),
      slots: found,
    };
  },
  card({ eventType, timeZone, durationMinutes, rescheduleUid, usernames, slots }) {
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
      // A time of several people is not one of an event type that a click could book.
      ...(usernames === undefined
        ? {
            draft: {
              eventTypeId: eventType.id,
              eventTypeTitle: eventType.title,
              durationMinutes,
              timeZone,
              ...(rescheduleUid === undefined ? {} : { rescheduleUid }),
            },
          }
        : {}),
      ...(count === 0 ? { note: 'Try other days, or another event type.' } : {}),
    };
  },
});

/** What several people offer together. */
async function findShared(usernames: readonly string[], { clients, signal }: CalContext): Promise<EventType> {
  const [found] = await clients.cal.listEventTypes({ usernames: usernames.join(',') }, { signal });
  if (found !== undefined) return found;
  throw new AppError('not_found', `Not all of "${usernames.join('", "')}" are usernames here.`, { hint: 'Look whether they are right.' });
}
