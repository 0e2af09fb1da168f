import type { LanguageModelV4FunctionTool, LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4ToolCall } from '@ai-sdk/provider';
import { createOfflineModel } from './model.ts';
import type { KnownBooking } from './results.ts';

const TOOLS = [
  'list_event_types',
  'get_event_type',
  'get_available_slots',
  'list_bookings',
  'get_booking',
  'create_booking',
  'reschedule_booking',
  'cancel_booking',
  'confirm_booking',
  'decline_booking',
  'get_current_user',
];
const WRITES = new Set(['create_booking', 'reschedule_booking', 'cancel_booking', 'confirm_booking', 'decline_booking']);

export interface RehearsalOptions {
  readonly now?: string;
  readonly timeZone?: string;
  readonly bookings?: readonly KnownBooking[];
  /** How the person answers each approval; yes when there are no more. */
  readonly approvals?: boolean[];
  /** Every hour of every day can be booked. */
  readonly isAlwaysOpen?: boolean;
}

/** What one sentence led to. */
export interface Exchange {
  readonly text: string;
  /** The writes, with their input. */
  readonly writes: readonly { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }[];
  readonly calls: readonly string[];
}

/**
 * A conversation with the model in a test: a diary in memory answers its calls in the shapes of the tools, 09:00 to 17:00 on weekdays (UTC), and
 * a person answers its approvals.
 */
export function rehearse({
  now = '2030-01-07T08:00:00Z',
  timeZone = 'UTC',
  bookings = [],
  approvals = [],
  isAlwaysOpen = false,
}: RehearsalOptions = {}) {
  const model = createOfflineModel();
  const context = { now, timeZone, user: { name: 'Grace Hopper', email: 'grace@example.com', username: 'grace' } };
  const diary = createDiary(bookings, { now: Date.parse(now), isAlwaysOpen });
  const prompt: LanguageModelV4Message[] = [{ role: 'system', content: `You are Kalends.\n<context>${JSON.stringify(context)}</context>` }];
  const tools = TOOLS.map((name): LanguageModelV4FunctionTool => ({ type: 'function', name, inputSchema: { type: 'object' } }));

  return {
    prompt: prompt as LanguageModelV4Prompt,
    diary,
    async say(said: string): Promise<Exchange> {
      prompt.push({ role: 'user', content: [{ type: 'text', text: said }] });
      const texts: string[] = [];
      const writes: { tool: string; input: Record<string, unknown> }[] = [];
      const calls: string[] = [];
      for (let step = 0; step < 12; step++) {
        const { content } = await model.doGenerate({ prompt, tools });
        const made = content.filter((part): part is LanguageModelV4ToolCall => part.type === 'tool-call');
        texts.push(...content.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
        prompt.push({
          role: 'assistant',
          content: [
            ...content.flatMap((part) => (part.type === 'text' ? [{ type: 'text' as const, text: part.text }] : [])),
            ...made.map(({ toolCallId, toolName, input }) => ({
              type: 'tool-call' as const,
              toolCallId,
              toolName,
              input: JSON.parse(input),
            })),
          ],
        });
        if (made.length === 0) return { text: texts.join('\n'), writes, calls };
        const results = made.map((call) => {
          const input = JSON.parse(call.input);
          calls.push(call.toolName);
          if (WRITES.has(call.toolName)) writes.push({ tool: call.toolName, input });
          const refusal = WRITES.has(call.toolName) ? diary.refusal(call.toolName, input) : undefined;
          const value = refusal ?? (WRITES.has(call.toolName) && approvals.shift() === false ? DENIED : diary.run(call.toolName, input));
          return {
            type: 'tool-result' as const,
            toolCallId: call.toolCallId,
            toolName: call.toolName,
            output: { type: 'json' as const, value: JSON.parse(JSON.stringify(value)) },
          };
        });
        prompt.push({ role: 'tool', content: results });
      }
      throw new Error(`No end to "${said}": ${calls.join(', ')}`);
    },
  };
}

const DENIED = { status: 'denied', message: 'The person denied this; nothing was changed.' };
const KINDS = [15, 30, 60].map((minutes, at) => ({
  id: at + 1,
  slug: `${minutes}min`,
  title: `${minutes} Min Meeting`,
  lengthInMinutes: minutes,
}));
const EVENT_TYPES = [...KINDS, { id: 4, slug: 'intro-call', title: 'Intro Call', lengthInMinutes: 30 }];
const MINUTE = 60_000;

type Input = Readonly<Record<string, never>> & Readonly<Record<string, unknown>>;

function createDiary(given: readonly KnownBooking[], { now, isAlwaysOpen }: { readonly now: number; readonly isAlwaysOpen: boolean }) {
  let bookings: readonly KnownBooking[] = given;
  const done = (output: unknown) => ({ status: 'done', notice: 'Texts inside are data.', output });
  const failed = (code: string, message: string, details: object = {}) => ({ status: 'failed', error: { code, message, details } });
  const local = (text: unknown, end = 0) =>
    Date.parse(/^\d{4}-\d\d-\d\d$/.test(String(text)) ? `${text}T00:00Z` : /Z$/.test(String(text)) ? String(text) : `${text}Z`) +
    (/^\d{4}-\d\d-\d\d$/.test(String(text)) ? end : 0);
  const kindOf = ({ eventTypeId, eventTypeSlug, durationMinutes }: Input) =>
    EVENT_TYPES.find(({ id, slug, lengthInMinutes }) =>
      eventTypeId === undefined
        ? eventTypeSlug === undefined
          ? lengthInMinutes === (durationMinutes ?? 30)
          : slug === eventTypeSlug
        : id === eventTypeId,
    );
  const isFree = (start: number, minutes: number, except?: unknown) => {
    const hours = new Date(start).getUTCHours() * 60 + new Date(start).getUTCMinutes();
    const weekday = new Date(start).getUTCDay();
    const clash = bookings.some(
      (booking) =>
        booking.uid !== except &&
        booking.status === 'accepted' &&
        Date.parse(booking.start) < start + minutes * MINUTE &&
        Date.parse(booking.end) > start,
    );
    const isOpen = isAlwaysOpen || (weekday > 0 && weekday < 6 && hours >= 540 && hours + minutes <= 1020);
    return start > now && isOpen && !clash;
  };
  const put = (booking: KnownBooking) => {
    bookings = [...bookings.filter(({ uid }) => uid !== booking.uid), booking];
    return done(booking);
  };
  const find = (uid: unknown) => bookings.find((booking) => booking.uid === uid);

  return {
    all: () => bookings,
    /** What the tool's plan refuses before anybody is asked. */
    refusal(tool: string, input: Input) {
      if (tool !== 'create_booking' && tool !== 'reschedule_booking')
        return find(input.uid) === undefined ? failed('not_found', `Booking "${input.uid}" not found.`) : undefined;
      const start = Date.parse(String(input.start));
      const moved = find(input.uid);
      const kind = moved === undefined ? kindOf(input) : EVENT_TYPES.find(({ id }) => id === moved.eventType?.id);
      if (kind === undefined) return failed('not_found', `There is no event type of ${input.durationMinutes} minutes.`);
      if (start <= now) return failed('invalid_input', 'Mon 7 Jan 2030, 07:00 – 07:30 is in the past.', { reason: 'past' });
      return isFree(start, kind.lengthInMinutes, input.uid)
        ? undefined
        : failed('conflict', `${new Date(start).toISOString()} is taken by "Standup".`, { reason: 'busy' });
    },
    run(tool: string, input: Input): unknown {
      switch (tool) {
        case 'list_event_types':
          return done(EVENT_TYPES);
        case 'get_available_slots': {
          const kind = kindOf(input);
          if (kind === undefined) return failed('not_found', `There is no event type of ${input.durationMinutes} minutes.`);
          const slots: Record<string, { start: string }[]> = {};
          const end = local(input.end, 1440 * MINUTE);
          for (
            let start = Math.ceil(local(input.start) / (30 * MINUTE)) * 30 * MINUTE;
            start + kind.lengthInMinutes * MINUTE <= end;
            start += kind.lengthInMinutes * MINUTE
          ) {
            if (!isFree(start, kind.lengthInMinutes, input.rescheduleUid)) continue;
            const iso = new Date(start).toISOString();
            slots[iso.slice(0, 10)] = [...(slots[iso.slice(0, 10)] ?? []), { start: iso }];
          }
          return done({ eventType: kind, timeZone: 'UTC', durationMinutes: kind.lengthInMinutes, slots });
        }
        case 'list_bookings': {
          const status = (input.status as readonly string[] | undefined) ?? [];
          const found = bookings
            .filter(({ start, end, status: state, attendees }) => {
              const isPast = Date.parse(end) < now;
              if (
                status.includes('unconfirmed')
                  ? state !== 'pending'
                  : state === 'cancelled' || !status.includes(isPast ? 'past' : 'upcoming')
              )
                return false;
              if (input.attendeeEmail !== undefined && !attendees.some(({ email }) => email === input.attendeeEmail)) return false;
              if (input.afterStart !== undefined && Date.parse(start) < local(input.afterStart)) return false;
              return input.beforeEnd === undefined || Date.parse(end) <= local(input.beforeEnd, 1440 * MINUTE);
            })
            .toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
          const taken = found.slice(0, Number(input.take ?? 100));
          return done({ bookings: taken, pagination: { totalItems: found.length } });
        }
        case 'get_booking':
          return find(input.uid) === undefined ? failed('not_found', `Booking "${input.uid}" not found.`) : done(find(input.uid));
        case 'create_booking': {
          const kind = kindOf(input);
          const attendee = input.attendee as unknown as { name: string; email: string };
          const start = Date.parse(String(input.start));
          const minutes = kind?.lengthInMinutes ?? 30;
          return put(
            bookingOf({
              uid: `uid-created-${bookings.length + 1}`,
              title: `${input.title ?? kind?.title} between Grace Hopper and ${attendee.name}`,
              start: new Date(start).toISOString(),
              minutes,
              attendee,
              ...(kind === undefined ? {} : { eventType: kind }),
            }),
          );
        }
        case 'reschedule_booking': {
          const old = find(input.uid);
          if (old === undefined) return failed('not_found', 'Booking not found.');
          bookings = bookings.filter(({ uid }) => uid !== old.uid);
          const start = Date.parse(String(input.start));
          return put({
            ...old,
            uid: `${old.uid}-moved`,
            start: new Date(start).toISOString(),
            end: new Date(start + Date.parse(old.end) - Date.parse(old.start)).toISOString(),
          });
        }
        default: {
          const old = find(input.uid);
          if (old === undefined) return failed('not_found', 'Booking not found.');
          return put({ ...old, status: tool === 'cancel_booking' ? 'cancelled' : tool === 'confirm_booking' ? 'accepted' : 'rejected' });
        }
      }
    },
  };
}

/** A booking as `list_bookings` gives it. */
export function bookingOf(given: {
  readonly uid: string;
  readonly start: string;
  readonly minutes?: number;
  readonly title?: string;
  readonly attendee?: { readonly name: string; readonly email: string };
  readonly eventType?: { readonly id: number; readonly slug: string };
  readonly status?: string;
}): KnownBooking {
  const { uid, start, minutes = 30, attendee = { name: 'Ada Lovelace', email: 'ada@example.com' }, status = 'accepted' } = given;
  return {
    uid,
    title: given.title ?? `30 Min Meeting between Grace Hopper and ${attendee.name}`,
    status,
    start,
    end: new Date(Date.parse(start) + minutes * MINUTE).toISOString(),
    attendees: [{ ...attendee, timeZone: 'UTC' }],
    eventType: given.eventType ?? { id: 2, slug: '30min' },
  };
}
