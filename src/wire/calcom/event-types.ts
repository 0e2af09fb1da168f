import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { bookingField } from './booking-fields.ts';
import { success } from './envelope.ts';
import { eventTypeOptionsInput } from './event-type-options.ts';
import { eventLocation } from './locations.ts';
import { direction, wholeNumber } from './scalars.ts';

const VERSIONS = ['2024-06-14'] as const;

const essentials = z.object({
  title: z.string().min(1, { error: 'title must not be empty' }).max(500),
  slug: z.string().min(1, { error: 'slug must not be empty' }).max(200),
  lengthInMinutes: z.int().min(1).max(1440),
  description: z.string().max(10_000).nullable().optional(),
  hidden: z.boolean().optional(),
});

export const createEventTypeBody = essentials.extend(eventTypeOptionsInput.shape);
export const updateEventTypeBody = createEventTypeBody.partial();

const limits = z.object({
  day: z.number().optional(),
  week: z.number().optional(),
  month: z.number().optional(),
  year: z.number().optional(),
  disabled: z.boolean().optional(),
});

const bookingWindow = z.object({
  type: z.string(),
  value: z.union([z.number(), z.array(z.string())]),
  rolling: z.boolean().nullish(),
});

const switchable = { disabled: z.boolean().nullish() };

/** An event type as its owner sees it; a public answer has the same shape. Absent options have their defaults. */
export const eventType = z.object({
  id: z.number(),
  ownerId: z.number().nullish(),
  title: z.string(),
  slug: z.string(),
  description: z.string().nullish(),
  lengthInMinutes: z.number(),
  lengthInMinutesOptions: z.array(z.number()).nullish(),
  locations: z.array(eventLocation).nullish(),
  bookingFields: z.array(bookingField).nullish(),
  slotInterval: z.number().nullish(),
  minimumBookingNotice: z.number().nullish(),
  beforeEventBuffer: z.number().nullish(),
  afterEventBuffer: z.number().nullish(),
  offsetStart: z.number().nullish(),
  scheduleId: z.number().nullish(),
  hidden: z.boolean().nullish(),
  bookingLimitsCount: limits.nullish(),
  bookingLimitsDuration: limits.nullish(),
  bookerActiveBookingsLimit: z
    .object({ maximumActiveBookings: z.number().nullish(), offerReschedule: z.boolean().nullish(), ...switchable })
    .nullish(),
  onlyShowFirstAvailableSlot: z.boolean().nullish(),
  bookingWindow: z.union([z.array(bookingWindow), bookingWindow, z.object(switchable)]).nullish(),
  confirmationPolicy: z
    .object({
      type: z.string().nullish(),
      noticeThreshold: z.object({ unit: z.string(), count: z.number() }).nullish(),
      blockUnconfirmedBookingsInBooker: z.boolean().nullish(),
      ...switchable,
    })
    .nullish(),
  recurrence: z
    .object({ interval: z.number().nullish(), occurrences: z.number().nullish(), frequency: z.string().nullish(), ...switchable })
    .nullish(),
  seats: z
    .object({
      seatsPerTimeSlot: z.number().nullish(),
      showAttendeeInfo: z.boolean().nullish(),
      showAvailabilityCount: z.boolean().nullish(),
      ...switchable,
    })
    .nullish(),
  seatsPerTimeSlot: z.number().nullish(),
  seatsShowAvailabilityCount: z.boolean().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  price: z.number().nullish(),
  currency: z.string().nullish(),
  isInstantEvent: z.boolean().nullish(),
  forwardParamsSuccessRedirect: z.boolean().nullish(),
  successRedirectUrl: z.string().nullish(),
  requiresBookerEmailVerification: z.boolean().nullish(),
  hideCalendarNotes: z.boolean().nullish(),
  hideCalendarEventDetails: z.boolean().nullish(),
  hideOrganizerEmail: z.boolean().nullish(),
  lockTimeZoneToggleOnBookingPage: z.boolean().nullish(),
  disableGuests: z.boolean().nullish(),
  useDestinationCalendarEmail: z.boolean().nullish(),
  bookingRequiresAuthentication: z.boolean().nullish(),
  allowReschedulingPastBookings: z.boolean().nullish(),
  allowReschedulingCancelledBookings: z.boolean().nullish(),
  showOptimizedSlots: z.boolean().nullish(),
  disableCancelling: z.object(switchable).nullish(),
  disableRescheduling: z.object({ minutesBefore: z.number().nullish(), ...switchable }).nullish(),
  customName: z.string().nullish(),
  color: z.object({ lightThemeHex: z.string(), darkThemeHex: z.string() }).nullish(),
  bookerLayouts: z.object({ defaultLayout: z.string(), enabledLayouts: z.array(z.string()) }).nullish(),
  destinationCalendar: z.object({ integration: z.string(), externalId: z.string() }).nullish(),
  calVideoSettings: z.record(z.string(), z.unknown()).nullish(),
  interfaceLanguage: z.string().nullish(),
  users: z
    .array(
      z.object({
        id: z.number(),
        name: z.string().nullish(),
        username: z.string().nullish(),
        avatarUrl: z.string().nullish(),
        weekStart: z.string().nullish(),
        metadata: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .nullish(),
  bookingUrl: z.string().nullish(),
});

export type EventType = z.output<typeof eventType>;
export type CreateEventType = z.input<typeof createEventTypeBody>;
export type UpdateEventType = z.input<typeof updateEventTypeBody>;

export const eventTypesQuery = z.object({
  username: z.string().optional(),
  eventSlug: z.string().optional(),
  usernames: z.string().optional(),
  orgSlug: z.string().optional(),
  orgId: wholeNumber('orgId').optional(),
  sortCreatedAt: direction.optional(),
});

export type EventTypesQuery = z.input<typeof eventTypesQuery>;

export const listEventTypes = endpoint({
  method: 'GET',
  path: '/v2/event-types',
  versions: VERSIONS,
  query: eventTypesQuery.optional(),
  response: success(z.array(eventType)),
});

export const getEventType = endpoint({
  method: 'GET',
  path: '/v2/event-types/:eventTypeId',
  versions: VERSIONS,
  response: success(eventType),
});

export const createEventType = endpoint({
  method: 'POST',
  path: '/v2/event-types',
  versions: VERSIONS,
  body: createEventTypeBody,
  response: success(eventType),
  status: 201,
});

export const updateEventType = endpoint({
  method: 'PATCH',
  path: '/v2/event-types/:eventTypeId',
  versions: VERSIONS,
  body: updateEventTypeBody,
  response: success(eventType),
  isRepeatable: true,
});

export const deleteEventType = endpoint({
  method: 'DELETE',
  path: '/v2/event-types/:eventTypeId',
  versions: VERSIONS,
  response: success(z.object({ id: z.number(), lengthInMinutes: z.number(), slug: z.string(), title: z.string() })),
});
