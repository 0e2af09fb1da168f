import { z } from 'zod';
import { bookingFieldInput } from './booking-fields.ts';
import { eventLocationInput } from './locations.ts';
import { calendarDate, language, rowId, webAddress } from './scalars.ts';

const YEAR_OF_MINUTES = 527_040;

/** The explicit "off" of an option. */
const disabled = z.object({ disabled: z.literal(true) });

/** An option, or its explicit "off": `disabled` tells which one is meant, so that the other is not complained of. */
function switchable<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.discriminatedUnion('disabled', [disabled, z.object({ ...shape, disabled: z.literal(false).optional() })], {
    error: (issue) =>
      issue.code === 'invalid_union' ? 'disabled must be true, or be left out beside the settings of the option' : undefined,
  });
}

const minutes = z.int().min(0).max(YEAR_OF_MINUTES);
const limit = z.int().min(1).optional();
const durationLimit = z.int().min(15).multipleOf(15).optional();

const countLimits = switchable({ day: limit, week: limit, month: limit, year: limit });
const durationLimits = switchable({ day: durationLimit, week: durationLimit, month: durationLimit, year: durationLimit });

const PERIODS = ['day', 'week', 'month', 'year'] as const;

/** A shorter period may not allow more than a longer one. */
function ascending(name: string, what: string) {
  return (context: z.core.ParsePayload<Partial<Record<(typeof PERIODS)[number], number | undefined>> | { disabled: true }>) => {
    const limits = context.value;
    const given = PERIODS.flatMap((period) => {
      const value = period in limits ? (limits as Partial<Record<string, number>>)[period] : undefined;
      return value === undefined ? [] : [{ period, value }];
    });
    const broken = given.findIndex((entry, index) => entry.value > (given[index + 1]?.value ?? Number.POSITIVE_INFINITY));
    if (broken < 0) return;
    context.issues.push({
      code: 'custom',
      input: limits,
      message: `Invalid ${name}: The ${what} for ${given[broken]?.period} cannot exceed the ${what} for ${given[broken + 1]?.period}.`,
    });
  };
}

const bookingWindow = z.union(
  [
    disabled,
    z.object({ type: z.enum(['businessDays', 'calendarDays']), value: z.int().min(1).max(3660), rolling: z.boolean().optional() }),
    z
      .object({ type: z.literal('range'), value: z.tuple([calendarDate, calendarDate]) })
      .refine((window) => window.value[0] <= window.value[1], {
        error: 'Invalid bookingWindow structure. The first date must not be after the last.',
      }),
  ],
  {
    error:
      'Invalid bookingWindow structure. Give {"type": "calendarDays" or "businessDays", "value": number of days, "rolling": boolean}, {"type": "range", "value": ["2030-01-11", "2030-01-31"]} or {"disabled": true}.',
  },
);

const confirmationPolicy = z.union(
  [
    disabled,
    z.object({ type: z.literal('always'), blockUnconfirmedBookingsInBooker: z.boolean() }),
    z.object({
      type: z.literal('time'),
      noticeThreshold: z.object({ unit: z.enum(['minutes', 'hours', 'days']), count: z.int().min(1) }),
      blockUnconfirmedBookingsInBooker: z.boolean(),
    }),
  ],
  {
    error:
      'confirmationPolicy must be {"disabled": true}, {"type": "always", "blockUnconfirmedBookingsInBooker": boolean} or the same with "type": "time" and a "noticeThreshold" {"unit": "minutes"|"hours"|"days", "count": number}',
  },
);

const recurrence = switchable({
  interval: z.int().min(1).max(100),
  occurrences: z.int().min(1).max(1000),
  frequency: z.enum(['yearly', 'monthly', 'weekly']),
});

const seats = switchable({
  seatsPerTimeSlot: z.int().min(1).max(1000),
  showAttendeeInfo: z.boolean(),
  showAvailabilityCount: z.boolean(),
});

const hexColor = z.string().regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, { error: 'color must be written like "#292929"' });
const layout = z.enum(['month', 'week', 'column']);

const NAME_VARIABLES = [
  'Event type title',
  'Organiser',
  'Organiser first name',
  'Scheduler',
  'Scheduler first name',
  'Scheduler last name',
  'Location',
  'Event duration',
  // Their older names.
  'HOST/ATTENDEE',
  'HOST',
  'ATTENDEE',
  'USER',
  'LOCATION',
];

const customName = z
  .string()
  .max(500)
  .superRefine((template, context) => {
    const unknown = [...template.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '').filter((name) => !NAME_VARIABLES.includes(name));
    if (unknown.length > 0) context.addIssue({ code: 'custom', message: `Invalid event name variables: ${unknown.join(', ')}` });
  });

/** Every option of an event type as its owner writes it (reference §2.10); all may be left out. */
export const eventTypeOptionsInput = z.object({
  lengthInMinutesOptions: z
    .array(z.coerce.number<number | string>().pipe(z.int().min(1).max(1440)))
    .max(50)
    .optional(),
  slotInterval: z.int().min(1).max(1440).nullable().optional(),
  minimumBookingNotice: minutes.optional(),
  beforeEventBuffer: minutes.optional(),
  afterEventBuffer: minutes.optional(),
  offsetStart: minutes.optional(),
  scheduleId: rowId('scheduleId').nullable().optional(),
  bookingLimitsCount: countLimits.check(ascending('bookingLimitsCount', 'number of bookings')).optional(),
  bookingLimitsDuration: durationLimits.check(ascending('bookingLimitsDuration', 'duration of bookings')).optional(),
  bookerActiveBookingsLimit: switchable({ maximumActiveBookings: z.int().min(1), offerReschedule: z.boolean().optional() }).optional(),
  onlyShowFirstAvailableSlot: z.boolean().optional(),
  bookingWindow: bookingWindow.optional(),
  confirmationPolicy: confirmationPolicy.optional(),
  recurrence: recurrence.optional(),
  seats: seats.optional(),
  requiresBookerEmailVerification: z.boolean().optional(),
  hideCalendarNotes: z.boolean().optional(),
  hideCalendarEventDetails: z.boolean().optional(),
  hideOrganizerEmail: z.boolean().optional(),
  lockTimeZoneToggleOnBookingPage: z.boolean().optional(),
  disableGuests: z.boolean().optional(),
  useDestinationCalendarEmail: z.boolean().optional(),
  bookingRequiresAuthentication: z.boolean().optional(),
  allowReschedulingPastBookings: z.boolean().optional(),
  allowReschedulingCancelledBookings: z.boolean().optional(),
  showOptimizedSlots: z.boolean().optional(),
  disableCancelling: z.object({ disabled: z.boolean().optional() }).optional(),
  disableRescheduling: z.object({ disabled: z.boolean().optional(), minutesBefore: z.int().min(1).optional() }).optional(),
  customName: customName.optional(),
  color: z.object({ lightThemeHex: hexColor, darkThemeHex: hexColor }).optional(),
  bookerLayouts: z.object({ defaultLayout: layout, enabledLayouts: z.array(layout).min(1) }).optional(),
  destinationCalendar: z.object({ integration: z.string(), externalId: z.string() }).optional(),
  calVideoSettings: z.record(z.string(), z.union([z.boolean(), z.string(), z.null()])).optional(),
  successRedirectUrl: webAddress('successRedirectUrl').optional(),
  // Empty: the visitor's own.
  interfaceLanguage: z.union([z.literal(''), language]).optional(),
  locations: z.array(eventLocationInput).min(1).max(50).optional(),
  bookingFields: z.array(bookingFieldInput).max(100).optional(),
});
