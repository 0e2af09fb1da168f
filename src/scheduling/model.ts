/** Epoch milliseconds. */
export type Instant = number;

/** Half-open: `start` belongs to it, `end` does not. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

/** Working hours of some weekdays, minutes after local midnight; `endMinute` 1440 is the end of the day. */
export interface WeeklyHours {
  /** ISO weekdays: 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[];
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Replaces a local date's hours; several of one date add up; an empty one closes the day. */
export interface DateOverride {
  /** "2030-01-11" */
  readonly date: string;
  readonly startMinute: number;
  readonly endMinute: number;
}

export interface Schedule {
  /** IANA */
  readonly timeZone: string;
  readonly hours: readonly WeeklyHours[];
  readonly overrides: readonly DateOverride[];
}

export type BookingStatus = 'accepted' | 'pending' | 'cancelled' | 'rejected' | 'awaiting_host';

/** A booking as availability sees it. */
export interface BookingFact extends Interval {
  readonly uid: string;
  readonly eventTypeId: number;
  readonly status: BookingStatus;
  /** The buffers of the booking's own event type, in minutes. */
  readonly beforeBufferMinutes: number;
  readonly afterBufferMinutes: number;
  /** Taken seats and their total; absent when the booking is not seated. */
  readonly seats?: { readonly taken: number; readonly total: number };
  /** It counts for limits and takes no time away: see `waive`. */
  readonly isWaived?: boolean;
}

/** Time that is taken by something that is no booking of ours: an outside calendar, an absence. */
export interface BusyFact extends Interval {
  readonly source: string;
}

/** Local dates of the schedule's zone on which the host is away, both inclusive. */
export interface AbsenceFact {
  /** "2030-01-11" */
  readonly from: string;
  readonly to: string;
}

/** A slot held for somebody who is still filling in a form. */
export interface ReservationFact extends Interval {
  readonly uid: string;
  readonly eventTypeId: number;
}

/**
 * All that decides over one host's time, read in one go. `bookings` are those on any event type in which the host is organizer or
 * attendee; `reservations` only unexpired ones. `factsInterval` tells how much time they must cover.
 */
export interface HostFacts {
  readonly hostId: number;
  readonly schedule: Schedule;
  readonly bookings: readonly BookingFact[];
  readonly busy: readonly BusyFact[];
  readonly reservations: readonly ReservationFact[];
  readonly absences?: readonly AbsenceFact[];
  /** Present on a host who takes turns with others; one without it takes part in every booking. */
  readonly turn?: Turn;
}

/** What decides whose turn it is. */
export interface Turn {
  /** Higher comes first, whatever the others had. */
  readonly priority: number;
  /** Standing bookings that came to this host in turn. */
  readonly assigned: number;
  /** The turn this host was chosen in last; 0 for never. */
  readonly lastAssigned: number;
}

export type BookingWindow =
  | { readonly type: 'calendar-days'; readonly days: number; readonly rolling: boolean }
  | { readonly type: 'business-days'; readonly days: number; readonly rolling: boolean }
  /** Local dates, both inclusive. */
  | { readonly type: 'range'; readonly from: string; readonly to: string };

export interface PeriodLimits {
  readonly day?: number;
  readonly week?: number;
  readonly month?: number;
  readonly year?: number;
}

/** An event type as the engine sees it: every rule a number, nothing optional by accident. */
export interface EventRules {
  readonly eventTypeId: number;
  readonly lengthMinutes: number;
  /** Spacing of starts; the length when absent. */
  readonly slotIntervalMinutes?: number;
  readonly offsetStartMinutes: number;
  readonly minimumNoticeMinutes: number;
  readonly beforeBufferMinutes: number;
  readonly afterBufferMinutes: number;
  readonly window?: BookingWindow;
  /** Accepted bookings of this event type in a period of the schedule's zone. */
  readonly countLimits?: PeriodLimits;
  /** Booked minutes of this event type in a period of the schedule's zone. */
  readonly durationLimitsMinutes?: PeriodLimits;
  readonly onlyFirstSlotOfDay: boolean;
  readonly optimizedSlots: boolean;
  /** Pending bookings of this event type block its time. */
  readonly pendingBlocks: boolean;
  readonly seatsPerSlot?: number;
  /** ISO weekday the week of the limits starts on: 7 is Sunday. */
  readonly weekStart: number;
}

/** What the engine decides from. All hosts must be free; of those who take turns one. */
export interface SchedulingFacts {
  readonly event: EventRules;
  readonly hosts: readonly HostFacts[];
}

/** Slots are those whose start lies in `[start, end)`. */
export interface SlotQuery extends Interval {
  /** The booker's zone (IANA): starts are aligned to its clock and its dates count for windows; UTC when absent. */
  readonly timeZone?: string | undefined;
  /** The event type's length when absent. */
  readonly durationMinutes?: number | undefined;
  /** The booking that is being moved: its own time counts as free. */
  readonly excludeBookingUid?: string | undefined;
}

export interface SlotSeats {
  readonly booked: number;
  readonly remaining: number;
  readonly total: number;
  /** The booking that another attendee would join. */
  readonly bookingUid?: string;
}

export interface Slot extends Interval {
  /** Present when the event type has seats. */
  readonly seats?: SlotSeats;
}

export interface BookingRequest {
  readonly start: Instant;
  /** The event type's length when absent. */
  readonly durationMinutes?: number | undefined;
  /** The booker's zone (IANA); UTC when absent. */
  readonly timeZone?: string | undefined;
  /** The booking that is being moved. */
  readonly excludeBookingUid?: string | undefined;
  /** Of the hosts who take turns, the one who is chosen if free, out of turn. */
  readonly preferredHostId?: number | undefined;
}

export type RefusalReason =
  | 'past'
  | 'notice'
  | 'window'
  | 'closed_date'
  | 'outside_hours'
  | 'busy'
  | 'buffer'
  | 'seats_full'
  | 'count_limit'
  | 'duration_limit';

export interface Refusal {
  readonly ok: false;
  readonly reason: RefusalReason;
  /** A sentence for a person. Names no other booking and nobody. */
  readonly detail: string;
  /** The booking in the way, for the host's eyes only. */
  readonly conflictingUid?: string;
}

export interface Admittance {
  readonly ok: true;
  /** Those who take part, ascending; with `joinsUid` those who do already. */
  readonly hostIds: readonly number[];
  /** The one whose turn it is, or the first of those who take part in every booking. */
  readonly organizerId: number;
  /** The seated booking this one becomes a part of; absent when it is a booking of its own. */
  readonly joinsUid?: string;
}

export type Admission = Admittance | Refusal;
