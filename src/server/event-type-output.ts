import type { EventTypeOptions } from '../store/event-type-options.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import type { UserRecord } from '../store/users.ts';
import { type BookingField, defaultFieldNames } from '../wire/calcom/booking-fields.ts';
import type { EventType } from '../wire/calcom/event-types.ts';
import type { EventLocation } from '../wire/calcom/locations.ts';
import { DEFAULT_NOTICE_MINUTES, enabled } from './event-rules.ts';

export interface EventTypeView {
  readonly owner: UserRecord;
  readonly publicUrl: string;
  /** The owner sees all of it; others neither addresses that are not public nor the host's own calendar. */
  readonly isOwn: boolean;
}

/** Where an event type without locations takes place. */
export const DEFAULT_LOCATIONS: NonNullable<EventTypeOptions['locations']> = [{ type: 'integration', integration: 'cal-video' }];

/** An event type as the API answers it. */
export function toEventType(row: EventTypeRecord, { owner, publicUrl, isOwn }: EventTypeView): EventType {
  const { options } = row;
  const window = enabled(options.bookingWindow);
  const seats = enabled(options.seats);
  const activeLimit = enabled(options.bookerActiveBookingsLimit);
  return {
    id: row.id,
    ownerId: row.userId,
    title: row.title,
    slug: row.slug,
    description: row.description ?? '',
    lengthInMinutes: row.lengthMinutes,
    ...(options.lengthInMinutesOptions === undefined ? {} : { lengthInMinutesOptions: [...options.lengthInMinutesOptions] }),
    locations: (options.locations ?? DEFAULT_LOCATIONS).map((location) => toLocation(location, isOwn)),
    bookingFields: toBookingFields(options.bookingFields ?? []),
    disableGuests: options.disableGuests ?? false,
    slotInterval: options.slotInterval ?? null,
    minimumBookingNotice: options.minimumBookingNotice ?? DEFAULT_NOTICE_MINUTES,
    beforeEventBuffer: options.beforeEventBuffer ?? 0,
    afterEventBuffer: options.afterEventBuffer ?? 0,
    offsetStart: options.offsetStart ?? 0,
    recurrence: enabled(options.recurrence) ?? null,
    metadata: {},
    price: 0,
    currency: 'usd',
    isInstantEvent: false,
    lockTimeZoneToggleOnBookingPage: options.lockTimeZoneToggleOnBookingPage ?? false,
    seatsPerTimeSlot: seats?.seatsPerTimeSlot ?? null,
    seatsShowAvailabilityCount: seats?.showAvailabilityCount ?? null,
    ...(seats === undefined ? {} : { seats }),
    forwardParamsSuccessRedirect: null,
    successRedirectUrl: options.successRedirectUrl ?? null,
    scheduleId: row.scheduleId,
    hidden: row.hidden,
    bookingLimitsCount: enabled(options.bookingLimitsCount) ?? {},
    bookingLimitsDuration: enabled(options.bookingLimitsDuration) ?? {},
    ...(activeLimit === undefined ? {} : { bookerActiveBookingsLimit: activeLimit }),
    onlyShowFirstAvailableSlot: options.onlyShowFirstAvailableSlot ?? false,
    ...(window === undefined ? {} : { bookingWindow: [toWindow(window)] }),
    confirmationPolicy: enabled(options.confirmationPolicy) ?? { disabled: true },
    requiresBookerEmailVerification: options.requiresBookerEmailVerification ?? false,
    hideCalendarNotes: options.hideCalendarNotes ?? false,
    hideCalendarEventDetails: options.hideCalendarEventDetails ?? false,
    hideOrganizerEmail: options.hideOrganizerEmail ?? false,
    useDestinationCalendarEmail: options.useDestinationCalendarEmail ?? false,
    bookingRequiresAuthentication: options.bookingRequiresAuthentication ?? false,
    allowReschedulingPastBookings: options.allowReschedulingPastBookings ?? false,
    allowReschedulingCancelledBookings: options.allowReschedulingCancelledBookings ?? false,
    showOptimizedSlots: options.showOptimizedSlots ?? false,
    disableCancelling: { disabled: options.disableCancelling?.disabled ?? false },
    disableRescheduling: { disabled: false, ...options.disableRescheduling },
    ...kept(options, isOwn),
    users: [toEventTypeUser(owner)],
    bookingUrl: `${publicUrl}/${owner.username}/${row.slug}`,
  };
}

export function toEventTypeUser({ id, name, username, avatarUrl, weekStart }: UserRecord) {
  return { id, name, username, avatarUrl, weekStart, metadata: {} };
}

/** Options that are answered only when they are set; the last two are the host's alone. */
function kept(
  { customName, color, bookerLayouts, interfaceLanguage, destinationCalendar, calVideoSettings }: EventTypeOptions,
  isOwn: boolean,
) {
  return {
    ...(customName === undefined ? {} : { customName }),
    // Written by the same schema as it is read by (wire/calcom/event-type-options.ts).
    ...(color === undefined ? {} : { color: color as NonNullable<EventType['color']> }),
    ...(bookerLayouts === undefined ? {} : { bookerLayouts: bookerLayouts as NonNullable<EventType['bookerLayouts']> }),
    ...(interfaceLanguage === undefined ? {} : { interfaceLanguage }),
    ...(destinationCalendar === undefined || !isOwn
      ? {}
      : { destinationCalendar: destinationCalendar as NonNullable<EventType['destinationCalendar']> }),
    ...(calVideoSettings === undefined || !isOwn ? {} : { calVideoSettings }),
  };
}

function toWindow(window: Exclude<EventTypeOptions['bookingWindow'], undefined | { readonly disabled: true }>) {
  return window.type === 'range' ? { type: window.type, value: [...window.value] } : { rolling: false, ...window };
}

const PRIVATE_VALUES = ['address', 'link', 'phone'] as const;

function toLocation(location: Readonly<Record<string, unknown>>, isOwn: boolean): EventLocation {
  // Written by the schema of the same names (wire/calcom/locations.ts).
  const known = location as EventLocation;
  const value = PRIVATE_VALUES.find((name) => name === known.type);
  if (value === undefined) return known;
  const isPublic = known.public ?? false;
  return { ...known, public: isPublic, [value]: isOwn || isPublic ? known[value] : '' };
}

type DefaultField = (typeof defaultFieldNames)[number];

const DEFAULT_FIELDS: Readonly<Record<DefaultField, BookingField>> = {
  name: { type: 'name', slug: 'name', label: 'Your name', placeholder: '', required: true },
  email: { type: 'email', slug: 'email', label: 'Email address', placeholder: '', required: true, hidden: false },
  location: { type: 'radioInput', slug: 'location', label: 'Location', required: false, hidden: false },
  title: { type: 'text', slug: 'title', label: 'What is this meeting about?', placeholder: '', required: true, hidden: true },
  notes: { type: 'textarea', slug: 'notes', label: 'Additional notes', placeholder: '', required: false, hidden: false },
  guests: { type: 'multiemail', slug: 'guests', label: 'Add guests', placeholder: 'Email', required: false, hidden: false },
  rescheduleReason: {
    type: 'textarea',
    slug: 'rescheduleReason',
    label: 'Reason for rescheduling',
    placeholder: '',
    required: false,
    hidden: false,
  },
};

/** Always name, email, location, then the custom questions, then title, notes, guests and the reason for rescheduling. */
function toBookingFields(stored: NonNullable<EventTypeOptions['bookingFields']>): BookingField[] {
  const custom = stored.filter((field) => !defaultFieldNames.some((name) => name === field.type));
  const byDefault = (name: DefaultField): BookingField => {
    const { type: _type, ...own } = stored.find((field) => field.type === name) ?? {};
    return { ...DEFAULT_FIELDS[name], ...own, isDefault: true };
  };
  return [
    ...(['name', 'email', 'location'] as const).map(byDefault),
    // Written by the schema of the same names (wire/calcom/booking-fields.ts).
    ...custom.map((field) => ({ ...(field as BookingField), isDefault: false })),
    ...(['title', 'notes', 'guests', 'rescheduleReason'] as const).map(byDefault),
  ];
}
