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
}

/** Time that is taken by something that is no booking of ours: an outside calendar, an absence. */
export interface BusyFact extends Interval {
  readonly source: string;
}

/** A slot held for somebody who is still filling in a form. */
export interface ReservationFact extends Interval {
  readonly uid: string;
  readonly eventTypeId: number;
}

/** All that decides over one host's time, read in one go. */
export interface HostFacts {
  readonly hostId: number;
  readonly schedule: Schedule;
  readonly bookings: readonly BookingFact[];
  readonly busy: readonly BusyFact[];
  readonly reservations: readonly ReservationFact[];
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
