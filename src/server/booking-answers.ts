import type { EventTypeRecord } from '../store/event-types.ts';
import { type CustomField, defaultFieldNames } from '../wire/calcom/booking-fields.ts';
import { HttpFailure } from './http-failure.ts';

const PHONE_SLUG = 'attendeePhoneNumber';

type Answers = Readonly<Record<string, unknown>>;

interface FieldType {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const text: FieldType = { expected: 'string', accepts: (value) => typeof value === 'string' };
const list: FieldType = { expected: 'array', accepts: Array.isArray };
const choice: FieldType = { expected: 'string or number', accepts: (value) => typeof value === 'string' || typeof value === 'number' };

const TYPES: Readonly<Record<CustomField['type'], FieldType>> = {
  phone: text,
  address: text,
  text,
  textarea: text,
  url: text,
  number: { expected: 'number', accepts: (value) => typeof value === 'number' },
  boolean: { expected: 'boolean', accepts: (value) => typeof value === 'boolean' },
  multiemail: list,
  multiselect: list,
  checkbox: list,
  select: choice,
  radio: choice,
};

const MAXIMUM_LENGTH = 50_000;

/** Checks the booker's answers against the event type's own questions; the default fields are not asked here. */
export function checkAnswers(eventType: EventTypeRecord, answers: Answers, phoneNumber: string | undefined): void {
  if (JSON.stringify(answers).length > MAXIMUM_LENGTH) {
    throw new HttpFailure(400, `bookingFieldsResponses must not be longer than ${MAXIMUM_LENGTH} characters as JSON.`);
  }
  for (const field of customFields(eventType)) {
    if (field.slug === PHONE_SLUG) {
      if (field.required && !field.hidden && phoneNumber === undefined) {
        throw new HttpFailure(
          400,
          'Missing attendee phone number - it is required by the event type. Pass it as "attendee.phoneNumber" string in the request.',
        );
      }
      continue;
    }
    const answer = answers[field.slug];
    if (isEmpty(answer)) {
      if (field.required && !field.hidden) throw missing(field.slug, eventType.id);
      continue;
    }
    checkAnswer(field, answer);
  }
}

function customFields({ options }: EventTypeRecord): readonly CustomField[] {
  // Written by the schema of the same names (wire/calcom/booking-fields.ts), where what is no default field is a custom one.
  return (options.bookingFields ?? []).filter(
    (field) => !defaultFieldNames.some((name) => name === field.type),
  ) as unknown as CustomField[];
}

function isEmpty(answer: unknown): boolean {
  return answer === undefined || answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0);
}

function missing(slug: string, eventTypeId: number): HttpFailure {
  return new HttpFailure(
    400,
    `Missing required booking field response: ${slug} - it is required by the event type booking fields, but missing in the bookingFieldsResponses. You can fetch the event type with ID ${eventTypeId} to see the required fields.`,
  );
}

function checkAnswer(field: CustomField, answer: unknown): void {
  const { expected, accepts } = TYPES[field.type];
  if (!accepts(answer)) {
    throw new HttpFailure(
      400,
      `Invalid type for booking field '${field.slug}'. Expected type ${expected} (compatible with field type '${field.type}'), but received ${typeof answer}.`,
    );
  }
  if (!('options' in field)) return;
  const allowed = `Allowed options are: ${field.options.join(', ')}.`;
  if (Array.isArray(answer)) {
    if (answer.every((part) => field.options.includes(String(part)))) return;
    throw new HttpFailure(400, `One or more invalid options for booking field '${field.slug}'. ${allowed}`);
  }
  if (!field.options.includes(String(answer))) {
    throw new HttpFailure(400, `Invalid option '${String(answer)}' for booking field '${field.slug}'. ${allowed}`);
  }
}
