import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defined } from './defined.ts';
import { emailAddress, eventTypeFields, minutes, moment } from './fields.ts';

const text = z.string().trim().min(1, { error: 'must not be empty' });

/** The input of `create_booking`. */
export const bookingWish = z.strictObject({
  ...eventTypeFields,
  start: moment,
  end: text.optional().describe('Checked against the length, for example "2030-01-08T14:30:00Z".'),
  attendee: z.strictObject({
    name: text.max(200).describe('For example "Ada Lovelace".'),
    email: emailAddress.optional().describe('For example "ada@example.com".'),
    time_zone: z.string().optional().describe('IANA zone, for example "Europe/London"; yours when absent.'),
    phone_number: text.optional().describe('For example "+31612345678".'),
    language: text.optional().describe('For example "nl".'),
  }),
  duration_minutes: minutes.optional().describe('Length, where there are several, for example 45.'),
  title: text.max(500).optional().describe('What it is about, for example "Roadmap".'),
  notes: text.max(5000).optional().describe('For example "Bring the numbers."'),
  booking_fields: z.record(z.string(), z.unknown()).optional().describe('Answers by slug, for example {"company_size":"10-50"}.'),
  guests: z.array(emailAddress).max(30).optional().describe('More addresses, for example ["bob@example.com"].'),
  location: z
    .union([text, z.record(z.string(), z.unknown())])
    .optional()
    .describe('Where, if there is a choice, for example {"type":"address"} or a link.'),
  metadata: z.record(z.string(), z.unknown()).optional().describe('For your own use, for example {"source":"crm"}.'),
  recurrence_count: z.int().min(1).max(500).optional().describe('How many of a series, for example 4.'),
  instant: z.boolean().optional().describe('Ring the team now, for example true.'),
});

export type BookingWish = z.output<typeof bookingWish>;

export const bookingWishAliases = {
  event_slug: 'event_type_slug',
  slug: 'event_type_slug',
  end_time: 'end',
  start_time: 'start',
  length_in_minutes: 'duration_minutes',
  duration: 'duration_minutes',
  booking_fields_responses: 'booking_fields',
} as const;

type Given = Readonly<Record<string, unknown>>;

/** The parts of `responses` that are no answers to an event type's own questions, and where they belong. */
const ATTENDEE_PARTS: Readonly<Record<string, string>> = {
  name: 'name',
  email: 'email',
  time_zone: 'time_zone',
  timeZone: 'time_zone',
  timezone: 'time_zone',
  language: 'language',
  phone_number: 'phone_number',
  phoneNumber: 'phone_number',
  attendeePhoneNumber: 'phone_number',
};
const OWN_PARTS = ['title', 'notes', 'guests', 'location'];

/**
 * `responses` of the older API, with name, e-mail and all answers in one object, and name and e-mail that stand beside the time: as attendee and
 * answers. `booking_fields` may hold title, notes and guests as the API's own object does.
 */
export function acceptBookingWish({ responses, name, email, time_zone, timezone, phone_number, instant, ...given }: Given): Given {
  if (responses !== undefined && !isObject(responses)) {
    throw new AppError('invalid_input', `"responses" must be an object, not ${JSON.stringify(responses)}.`, {
      hint: 'For example {"name":"Ada Lovelace","email":"ada@example.com"}.',
    });
  }
  const beside = defined({ name, email, time_zone: time_zone ?? timezone, phone_number });
  const answers = { ...asObject(responses), ...asObject(given.booking_fields) };
  const attendee: { [key: string]: unknown } = {};
  const own: { [key: string]: unknown } = {};
  const fields: { [key: string]: unknown } = {};
  for (const [key, value] of Object.entries(answers)) {
    const part = ATTENDEE_PARTS[key];
    if (part !== undefined) attendee[part] = value;
    else if (OWN_PARTS.includes(key) && !(key === 'location' && isObject(value) && 'optionValue' in value)) own[key] = value;
    else fields[key] = value;
  }
  const parts = [attendee, beside, asObject(given.attendee)];
  checkAgreement(parts, 'attendee.');
  checkAgreement([own, pick(given, OWN_PARTS)], '');
  const person = Object.assign({}, ...parts);
  return {
    ...own,
    ...given,
    // Also without any part of it: what is missing is then told by its parts.
    ...(given.attendee !== undefined && !isObject(given.attendee) ? {} : { attendee: person }),
    ...(given.booking_fields === undefined || isObject(given.booking_fields) ? { booking_fields: orNothing(fields) } : {}),
    // Absent and `false` are the same to a caller; the API refuses the second (reference §2.1).
    ...(instant === undefined || instant === false ? {} : { instant }),
  };
}

function checkAgreement(parts: readonly Given[], path: string): void {
  const seen = new Map<string, unknown>();
  for (const [key, value] of parts.flatMap((part) => Object.entries(part))) {
    const other = seen.get(key);
    if (other !== undefined && value !== undefined && JSON.stringify(other) !== JSON.stringify(value)) {
      throw new AppError('invalid_input', `"${path}${key}" is given twice, as ${JSON.stringify(other)} and as ${JSON.stringify(value)}.`, {
        hint: `Give "${path}${key}" once; nothing was changed.`,
      });
    }
    if (value !== undefined) seen.set(key, value);
  }
}

function pick(given: Given, names: readonly string[]): Given {
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
}

function orNothing(fields: Given): Given | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function asObject(value: unknown): Given {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
