import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { BookingField } from '../../wire/calcom/booking-fields.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { type CalContext, eventTypeFields, findEventType } from './fields.ts';

/** What a booker has said, as far as an event type may ask for it. */
export interface Answers {
  readonly eventType: EventType;
  readonly booking_fields: Readonly<Record<string, unknown>>;
  readonly phone_number: string | undefined;
  readonly guests: readonly string[];
}

/** A question that has no answer yet. */
export interface MissingField {
  readonly slug: string;
  readonly label: string;
  readonly type: string;
  readonly options?: readonly string[];
}

const PHONE_SLUG = 'attendeePhoneNumber';
/** Asked when a booking is moved, or part of every booking. */
const ELSEWHERE = new Set(['name', 'email', 'rescheduleReason', 'location']);

/** Throws `invalid_input` with `details.missingFields` where the event type asks for more, and for answers that are not among its options. */
export function checkAnswers({ eventType, booking_fields, phone_number, guests }: Answers): void {
  const asked = (eventType.bookingFields ?? []).flatMap((field) => {
    const slug = field.slug ?? field.type;
    return ELSEWHERE.has(slug) || field.hidden === true ? [] : [{ ...field, slug }];
  });
  const answerOf = ({ slug }: { readonly slug: string }) =>
    slug === PHONE_SLUG
      ? (phone_number ?? booking_fields[slug])
      : slug === 'guests'
        ? (guests[0] ?? booking_fields[slug])
        : booking_fields[slug];
  const missing = asked.filter((field) => field.required === true && isEmpty(answerOf(field))).map(toMissing);
  if (missing.length > 0) throw toQuestion(eventType, missing);
  for (const field of asked) checkOptions(field, booking_fields[field.slug]);
}

/** What an incomplete wish lacks beside what its schema says: a way to reach who comes, and answers to the event type's questions. */
export async function findUnanswered(raw: Readonly<Record<string, unknown>>, context: CalContext): Promise<AppError | undefined> {
  const { attendee, guests, booking_fields } = incompleteWish.parse(raw);
  const unreachable =
    attendee.email === undefined && attendee.phone_number === undefined
      ? new AppError('invalid_input', '"attendee.email" or "attendee.phone_number" is missing.')
      : undefined;
  const reference = z.object(eventTypeFields).safeParse(raw);
  if (!reference.success || (reference.data.event_type_id === undefined && reference.data.event_type_slug === undefined))
    return unreachable;
  try {
    const eventType = await findEventType(reference.data, context);
    const { title, notes } = raw;
    checkAnswers({ eventType, booking_fields: { ...booking_fields, title, notes }, phone_number: attendee.phone_number, guests });
    return unreachable;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message, hint, details } = error;
    if (details?.reason !== 'missing_fields') return unreachable;
    const text = [unreachable?.message, message].filter((part) => part !== undefined).join(' ');
    return new AppError('invalid_input', text, { details, ...(hint === undefined ? {} : { hint }) });
  }
}

const incompleteWish = z.object({
  booking_fields: z.record(z.string(), z.unknown()).catch({}),
  attendee: z.object({ email: z.unknown().optional(), phone_number: z.string().optional() }).catch({}),
  guests: z.array(z.string()).catch([]),
});

function isEmpty(answer: unknown): boolean {
  return (
    answer === undefined ||
    answer === null ||
    (typeof answer === 'string' && answer.trim() === '') ||
    (Array.isArray(answer) && answer.length === 0)
  );
}

function toMissing({ slug, label, type, options }: BookingField & { readonly slug: string }): MissingField {
  return { slug, label: label || slug, type, ...(options ? { options } : {}) };
}

function toQuestion(eventType: EventType, missing: readonly MissingField[]): AppError {
  const [first] = missing;
  const names = missing.map(({ slug, label, options }) => {
    const choice = options === undefined ? '' : `, one of ${options.map((option) => `"${option}"`).join(', ')}`;
    return `"${slug}" (${label}${choice})`;
  });
  const isPhone = missing.some(({ slug }) => slug === PHONE_SLUG);
  const sample = JSON.stringify({ [first?.slug ?? 'notes']: first?.options?.[0] ?? '…' });
  return new AppError('invalid_input', `"${eventType.title}" asks for more before it can be booked: ${names.join(', ')}.`, {
    hint:
      isPhone && missing.length === 1
        ? 'Give attendee.phone_number, such as "+31612345678".'
        : `Ask the person, and give the answers in booking_fields, such as ${sample}.`,
    details: { reason: 'missing_fields', eventTypeId: eventType.id, missingFields: missing },
  });
}

const CHOICES = new Set(['select', 'radio', 'multiselect', 'checkbox']);

function checkOptions({ slug, type, options }: BookingField & { readonly slug: string }, answer: unknown): void {
  if (isEmpty(answer) || !CHOICES.has(type) || !options) return;
  const isList = type === 'multiselect' || type === 'checkbox';
  const chosen: readonly unknown[] = isList && Array.isArray(answer) ? answer : [answer];
  const wrong = chosen.find((one) => !options.includes(String(one)));
  const isWrongShape = isList !== Array.isArray(answer);
  if (wrong === undefined && !isWrongShape) return;
  const allowed = options.map((option) => `"${option}"`).join(', ');
  throw new AppError(
    'invalid_input',
    wrong === undefined
      ? `"${slug}" takes a list of options, not ${JSON.stringify(answer)}.`
      : `"${String(wrong)}" is no option of "${slug}".`,
    { hint: `${isList ? 'A list of' : 'One of'}: ${allowed}.`, details: { reason: 'invalid_option', field: slug, options } },
  );
}
