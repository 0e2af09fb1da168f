/** An option that is switched off explicitly. */
export interface Disabled {
  readonly disabled: true;
}

export interface LimitsByPeriod {
  readonly day?: number;
  readonly week?: number;
  readonly month?: number;
  readonly year?: number;
}

export type BookingWindowOption =
  | { readonly type: 'businessDays' | 'calendarDays'; readonly value: number; readonly rolling?: boolean }
  | { readonly type: 'range'; readonly value: readonly string[] };

export interface ConfirmationPolicyOption {
  readonly type: 'always' | 'time';
  readonly noticeThreshold?: { readonly unit: string; readonly count: number };
  readonly blockUnconfirmedBookingsInBooker: boolean;
}

/**
 * The options of an event type under the names the Cal.com API gives them, kept as one JSON document: an absent key means the API's default.
 * What a query must find stands in columns of `event_types` instead (slug, length, hidden, schedule).
 */
export interface EventTypeOptions {
  readonly lengthInMinutesOptions?: readonly number[];
  readonly slotInterval?: number | null;
  readonly minimumBookingNotice?: number;
  readonly beforeEventBuffer?: number;
  readonly afterEventBuffer?: number;
  readonly offsetStart?: number;
  readonly bookingLimitsCount?: LimitsByPeriod | Disabled;
  readonly bookingLimitsDuration?: LimitsByPeriod | Disabled;
  readonly bookerActiveBookingsLimit?: { readonly maximumActiveBookings: number; readonly offerReschedule?: boolean } | Disabled;
  readonly onlyShowFirstAvailableSlot?: boolean;
  readonly bookingWindow?: BookingWindowOption | Disabled;
  readonly confirmationPolicy?: ConfirmationPolicyOption | Disabled;
  readonly recurrence?:
    | { readonly interval: number; readonly occurrences: number; readonly frequency: 'yearly' | 'monthly' | 'weekly' }
    | Disabled;
  readonly seats?:
    | { readonly seatsPerTimeSlot: number; readonly showAttendeeInfo: boolean; readonly showAvailabilityCount: boolean }
    | Disabled;
  readonly locations?: readonly Readonly<Record<string, unknown>>[];
  readonly bookingFields?: readonly Readonly<Record<string, unknown>>[];
  readonly requiresBookerEmailVerification?: boolean;
  readonly hideCalendarNotes?: boolean;
  readonly hideCalendarEventDetails?: boolean;
  readonly hideOrganizerEmail?: boolean;
  readonly lockTimeZoneToggleOnBookingPage?: boolean;
  readonly disableGuests?: boolean;
  readonly useDestinationCalendarEmail?: boolean;
  readonly bookingRequiresAuthentication?: boolean;
  readonly allowReschedulingPastBookings?: boolean;
  readonly allowReschedulingCancelledBookings?: boolean;
  readonly showOptimizedSlots?: boolean;
  readonly disableCancelling?: { readonly disabled?: boolean };
  readonly disableRescheduling?: { readonly disabled?: boolean; readonly minutesBefore?: number };
  readonly customName?: string;
  readonly color?: Readonly<Record<string, unknown>>;
  readonly bookerLayouts?: Readonly<Record<string, unknown>>;
  readonly destinationCalendar?: Readonly<Record<string, unknown>>;
  readonly calVideoSettings?: Readonly<Record<string, unknown>>;
  readonly successRedirectUrl?: string;
  readonly interfaceLanguage?: string | null;
  /** Of a round robin: a meeting that is moved keeps its host, and is refused when that one is not free. */
  readonly rescheduleWithSameRoundRobinHost?: boolean;
  readonly emailSettings?: { readonly disableEmailsToAttendees?: boolean; readonly disableEmailsToHosts?: boolean };
}
