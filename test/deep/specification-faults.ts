type Json = unknown;

interface Fault {
  readonly why: string;
  /** Where it stands: keys from the root. */
  readonly at: readonly string[];
  /** What should stand there, or what makes it of what does. */
  readonly correct: Json | ((present: Json) => Json);
}

const schema = (name: string, ...rest: readonly string[]) => ['components', 'schemas', name, ...rest];

/** Faults of the official specification itself: what it says is not what its own API answers. */
const FAULTS: readonly Fault[] = [
  ...['UserWebhookOutputDto', 'EventTypeWebhookOutputDto'].flatMap((name): Fault[] => [
    { why: 'Webhooks are named by a UUID.', at: schema(name, 'properties', 'id'), correct: { type: 'string' } },
    {
      why: 'A webhook may have no template.',
      at: schema(name, 'properties', 'payloadTemplate'),
      correct: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    },
  ]),
  ...[
    'BookingOutput_2024_08_13',
    'RecurringBookingOutput_2024_08_13',
    'GetSeatedBookingOutput_2024_08_13',
    'GetRecurringSeatedBookingOutput_2024_08_13',
    'CreateSeatedBookingOutput_2024_08_13',
    'CreateRecurringSeatedBookingOutput_2024_08_13',
  ].map(
    (name): Fault => ({
      why: 'A booking outlives its event type.',
      at: schema(name, 'required'),
      // A list of names in every schema of objects.
      correct: (required: Json) => (required as readonly string[]).filter((member) => member !== 'eventType' && member !== 'eventTypeId'),
    }),
  ),
  {
    why: 'Who has no schedule has no default one.',
    at: schema('GetDefaultScheduleOutput_2024_06_11', 'properties', 'data'),
    correct: (data: Json) => ({ anyOf: [data, { type: 'null' }] }),
  },
  {
    why: 'Where there is nothing the current page is 0.',
    at: schema('PaginationMetaDto', 'properties', 'currentPage', 'minimum'),
    correct: 0,
  },
  {
    why: 'The users of an event type are objects.',
    at: schema('EventTypeOutput_2024_06_14', 'properties', 'users', 'items'),
    correct: {},
  },
  {
    why: 'The hosts of a team’s event type are objects.',
    at: schema('TeamEventTypeOutput_2024_06_14', 'properties', 'hosts', 'items'),
    correct: {},
  },
  {
    why: 'The schema refers to itself where it means the reservation.',
    at: schema('GetReservedSlotOutput_2024_09_04', 'properties', 'data'),
    correct: { anyOf: [{ $ref: '#/components/schemas/ReservedSlot' }, { type: 'null' }] },
  },
  {
    why: 'It names what the fault above should have meant.',
    at: schema('ReservedSlot'),
    correct: {
      type: 'object',
      required: ['eventTypeId', 'slotStart', 'slotEnd', 'slotDuration', 'reservationUid', 'reservationUntil'],
      properties: {
        eventTypeId: { type: 'number' },
        slotStart: { type: 'string' },
        slotEnd: { type: 'string' },
        slotDuration: { type: 'number' },
        reservationUid: { type: 'string' },
        reservationUntil: { type: 'string' },
      },
    },
  },
  {
    why: 'The schema describes what stands in "data", and a slot as a string; its own example has an object.',
    at: ['paths', '/v2/slots', 'get', 'responses', '200', 'content', 'application/json', 'schema'],
    correct: {
      type: 'object',
      required: ['status', 'data'],
      properties: {
        status: { type: 'string', enum: ['success'] },
        data: {
          type: 'object',
          additionalProperties: {
            type: 'array',
            items: {
              type: 'object',
              required: ['start'],
              properties: {
                start: { type: 'string' },
                end: { type: 'string' },
                bookingUid: { type: 'string' },
                seatsTotal: { type: 'number' },
              },
            },
          },
        },
      },
    },
  },
];

/** The specification without its known faults. */
export function correct(specification: Json): Json {
  return FAULTS.reduce((corrected, { at, correct: value }) => replaceAt(corrected, at, value), withoutGeneratorFaults(specification));
}

function replaceAt(value: Json, [key, ...rest]: readonly string[], replacement: Fault['correct']): Json {
  if (key === undefined) return typeof replacement === 'function' ? replacement(value) : replacement;
  const members = value as Readonly<Record<string, Json>>; // the keys lead through objects
  return { ...members, [key]: replaceAt(members[key], rest, replacement) };
}

/** Two slips that the generator makes everywhere: the choices of a list's items stand on the list, and a constant's name stands in place of its pattern. */
function withoutGeneratorFaults(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutGeneratorFaults);
  if (typeof value !== 'object' || value === null) return value;
  const isListOfChoices = 'type' in value && value.type === 'array' && 'enum' in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !(isListOfChoices && name === 'enum') && !(name === 'pattern' && member === 'TIME_FORMAT_HH_MM'))
      .map(([name, member]) => [name, withoutGeneratorFaults(member)]),
  );
}
