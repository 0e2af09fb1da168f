import type { EventType, UpdateEventType } from '../../wire/calcom/event-types.ts';
import { createEventTypeBody } from '../../wire/calcom/event-types.ts';

/** Arguments of the tools by the names that the API gives them. */
export const NAMED = {
  title: 'title',
  slug: 'slug',
  length_in_minutes: 'lengthInMinutes',
  description: 'description',
  hidden: 'hidden',
} as const;

/** What else can be set of an event type, by the API's names. */
export const SETTINGS: readonly string[] = Object.keys(createEventTypeBody.shape).filter(
  (name) => !Object.values<string>(NAMED).includes(name),
);

const OFF = { disabled: true } as const;
/** Options that are answered as nothing when they are off, and are switched off by saying so. */
const SWITCHES: Readonly<Record<string, unknown>> = {
  bookingWindow: OFF,
  bookingLimitsCount: OFF,
  bookingLimitsDuration: OFF,
  recurrence: OFF,
  seats: OFF,
  bookerActiveBookingsLimit: OFF,
  confirmationPolicy: OFF,
  slotInterval: null,
  scheduleId: null,
  lengthInMinutesOptions: [],
};

/** A setting of an event type as it must be written to have it again; `undefined` when the API has no way to say it. */
export function toSetting(eventType: EventType, name: string): unknown {
  const value = (eventType as Readonly<Record<string, unknown>>)[name];
  if (name === 'bookingFields') return toFields(eventType.bookingFields ?? []);
  if (value === undefined || value === null || isEmpty(value)) return SWITCHES[name];
  if (name === 'bookingWindow') return toWindow(value);
  if (isSwitch(name) && isRecord(value)) {
    const { disabled, ...on } = value;
    return disabled === true ? OFF : on;
  }
  return value;
}

/** All settings that differ from those of a new event type, to make it anew. */
export function toAllSettings(eventType: EventType): Record<string, unknown> {
  const all = SETTINGS.map((name) => [name, toSetting(eventType, name)] as const);
  return Object.fromEntries(all.filter(([, value]) => !isUsual(value)));
}

/** The body that the arguments of a tool stand for. */
export function toBody({ settings = {}, ...given }: Wish): UpdateEventType {
  const named = Object.entries(NAMED).flatMap(([argument, name]) => {
    const value = given[argument as keyof typeof NAMED];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Checked against the API's schema by whoever plans the call, and by the service.
  return { ...settings, ...Object.fromEntries(named) } as UpdateEventType;
}

export interface Wish {
  readonly title?: string | undefined;
  readonly slug?: string | undefined;
  readonly length_in_minutes?: number | undefined;
  readonly description?: string | undefined;
  readonly hidden?: boolean | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

const USUAL_LABELS: Readonly<Record<string, string>> = {
  name: 'Your name',
  email: 'Email address',
  location: 'Location',
  title: 'What is this meeting about?',
  notes: 'Additional notes',
  guests: 'Add guests',
  rescheduleReason: 'Reason for rescheduling',
};
const REQUIRED = new Set(['name', 'email', 'title']);

/** The questions as their owner writes them: fields that every event type has only where they are not as usual, and then named by `type`. */
function toFields(fields: NonNullable<EventType['bookingFields']>): unknown[] {
  return fields.flatMap(({ isDefault, ...field }) => {
    const name = field.slug ?? field.type;
    const usual = USUAL_LABELS[name];
    if (usual === undefined || isDefault === false) return [field];
    const isUsualField =
      (field.label ?? usual) === usual &&
      (field.placeholder ?? '') === (name === 'guests' ? 'Email' : '') &&
      (field.required ?? false) === REQUIRED.has(name) &&
      (field.hidden ?? false) === (name === 'title') &&
      field.disableOnPrefill !== true;
    const { label, placeholder, required, hidden, disableOnPrefill } = field;
    return isUsualField ? [] : [withoutNothing({ type: name, label, placeholder, required, hidden, disableOnPrefill })];
  });
}

function toWindow(value: unknown): unknown {
  const window: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(window) || window.disabled === true) return OFF;
  return window.type === 'range' ? { type: window.type, value: window.value } : withoutNothing(window);
}

/** What a new event type has without being told. */
function isUsual(value: unknown): boolean {
  if (value === undefined || value === null || value === false || isEmpty(value)) return true;
  return isRecord(value) && (value.disabled === true || (Object.keys(value).length === 1 && value.disabled === false));
}

function isSwitch(name: string): boolean {
  return SWITCHES[name] === OFF;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutNothing(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && member !== null));
}
