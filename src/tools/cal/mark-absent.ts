import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, booking } from '../../wire/calcom/bookings.ts';
import { toRangeLabel } from '../moment.ts';
import { isSame } from './attendees.ts';
import { bookingFields, spanOf, toBookingCard, toChangedCard } from './booking-card.ts';
import { checkStatus, STANDING } from './change-booking.ts';
import { bookingUid, bookingUidAliases, type CalContext, emailAddress, findBooking, shared } from './fields.ts';

const mark = z.strictObject({
  email: emailAddress.describe('For example "ada@example.com".'),
  absent: z.boolean().default(true).describe('For example false.'),
});

/** An address alone was absent. */
const anyMark = z.union([emailAddress.transform((email): z.output<typeof mark> => ({ email, absent: true })), mark]);

const input = z.strictObject({
  booking_uid: bookingUid,
  host: z.boolean().optional().describe('Whether the host was absent, for example true.'),
  attendees: z.array(anyMark).min(1).optional().describe('Who was absent or present, for example ["ada@example.com"].'),
});

type Marks = Pick<z.output<typeof input>, 'host' | 'attendees'>;

export const markAbsent = defineTool({
  ...shared,
  name: 'mark_absent',
  summary: 'Note who did not come to a booking, or came after all.',
  effect: 'write',
  input,
  output: booking,
  aliases: { ...bookingUidAliases, host_absent: 'host', no_show_host: 'host', attendee: 'attendees', emails: 'attendees' },
  accept: ({ attendees, ...given }) => ({
    ...given,
    ...(attendees === undefined ? {} : { attendees: Array.isArray(attendees) ? attendees : [attendees] }),
  }),
  command: { resource: 'bookings', action: 'mark-absent', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_6p8s', attendees: ['ada@example.com'] },
  async plan(wanted, context: CalContext) {
    if (wanted.host === undefined && wanted.attendees === undefined) {
      throw new AppError('invalid_input', 'Nothing is said about who was absent.', { hint: 'Give host, attendees or both.' });
    }
    const found = await findBooking(wanted.booking_uid, context);
    checkStatus(found, STANDING, 'marked');
    const { start, end } = spanOf(found);
    if (context.now < start) {
      throw new AppError('invalid_input', `"${found.title}" has not begun: it is ${toRangeLabel(start, end, context.timeZone)}.`, {
        hint: 'Mark absences once it has begun.',
      });
    }
    for (const { email } of wanted.attendees ?? []) {
      if (found.attendees.some((attendee) => isSame(attendee.email, email))) continue;
      throw new AppError('not_found', `"${email}" does not take part in "${found.title}".`, {
        hint: `There are: ${found.attendees.map((attendee) => attendee.email).join(', ')}.`,
      });
    }
    return {
      card: {
        ...toBookingCard(found, context.timeZone),
        status: { text: 'Absences to be noted', tone: 'warning' },
        fields: [...marksOf(wanted), ...bookingFields(found)],
      },
      before: absencesOf(found),
      input: wanted,
    };
  },
  run: ({ booking_uid, host, attendees }, { clients, signal }: CalContext) =>
    clients.cal.markAbsent(
      booking_uid,
      { ...(host === undefined ? {} : { host }), ...(attendees === undefined ? {} : { attendees: [...attendees] }) },
      { signal },
    ),
  card: (marked, context) => {
    const card = toChangedCard(marked, context as CalContext); // the context this tool's other parts are given
    const { host, attendees } = absencesOf(marked);
    const absent = [...(host ? ['the host'] : []), ...attendees.filter(({ absent: isAbsent }) => isAbsent).map(({ email }) => email)];
    return { ...card, fields: [{ label: 'Absent', value: absent.join(', ') || 'nobody' }, ...(card.fields ?? [])] };
  },
  undo: {
    async step({ input: done, output, before }, context: CalContext) {
      const former = before as Absences; // the image that `plan` made
      const found = absencesOf(await findBooking(done.booking_uid, context));
      if (JSON.stringify(found) !== JSON.stringify(absencesOf(output))) {
        throw new AppError('conflict', `The absences of "${output.title}" were changed since, so this cannot be undone.`, {
          hint: 'Nothing was changed.',
        });
      }
      return {
        tool: 'cal.mark_absent',
        input: {
          booking_uid: done.booking_uid,
          ...(done.host === undefined ? {} : { host: former.host }),
          ...(done.attendees === undefined
            ? {}
            : { attendees: former.attendees.filter(({ email }) => done.attendees?.some((mark) => isSame(mark.email, email))) }),
        },
        caveats: [],
      };
    },
  },
  async settle({ input: wanted, before }, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    const now = absencesOf(found);
    const isDone =
      (wanted.host === undefined || wanted.host === now.host) &&
      (wanted.attendees ?? []).every((mark) =>
        now.attendees.some(({ email, absent }) => isSame(email, mark.email) && absent === mark.absent),
      );
    if (isDone) return { happened: true, output: found };
    return { happened: JSON.stringify(now) === JSON.stringify(before) ? false : 'unknown' };
  },
});

interface Absences {
  readonly host: boolean;
  readonly attendees: readonly { readonly email: string; readonly absent: boolean }[];
}

function absencesOf({ absentHost, attendees }: Booking): Absences {
  return { host: absentHost ?? false, attendees: attendees.map(({ email, absent }) => ({ email, absent: absent ?? false })) };
}

function marksOf({ host, attendees = [] }: Marks) {
  const say = (isAbsent: boolean) => (isAbsent ? 'absent' : 'present');
  return [
    ...(host === undefined ? [] : [{ label: 'The host', value: say(host) }]),
    ...attendees.map(({ email, absent }) => ({ label: email, value: say(absent) })),
  ];
}
