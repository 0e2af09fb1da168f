import type { BookingWindow, EventRules } from '../scheduling/index.ts';
import type { EventTypeOptions } from '../store/event-type-options.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import { toWeekday } from '../wire/calcom/me.ts';

/** Minutes, when an event type does not say. */
export const DEFAULT_NOTICE_MINUTES = 120;

/** An option that is set and not switched off. */
export function enabled<Option extends object>(option: Option | { readonly disabled: true } | undefined): Option | undefined {
  // What carries `disabled: true` is the off form by definition of the option.
  return option === undefined || ('disabled' in option && option.disabled === true) ? undefined : (option as Option);
}

/** The event type as the engine sees it; `weekStart` is its host's, such as "Sunday". */
export function toEventRules(eventType: EventTypeRecord, weekStart: string): EventRules {
  const { options } = eventType;
  const countLimits = enabled(options.bookingLimitsCount);
  const durationLimits = enabled(options.bookingLimitsDuration);
  const window = toWindow(options);
  const seats = enabled(options.seats);
  return {
    eventTypeId: eventType.id,
    lengthMinutes: eventType.lengthMinutes,
    ...(options.slotInterval == null ? {} : { slotIntervalMinutes: options.slotInterval }),
    offsetStartMinutes: options.offsetStart ?? 0,
    minimumNoticeMinutes: options.minimumBookingNotice ?? DEFAULT_NOTICE_MINUTES,
    beforeBufferMinutes: options.beforeEventBuffer ?? 0,
    afterBufferMinutes: options.afterEventBuffer ?? 0,
    ...(window === undefined ? {} : { window }),
    ...(countLimits === undefined ? {} : { countLimits }),
    ...(durationLimits === undefined ? {} : { durationLimitsMinutes: durationLimits }),
    onlyFirstSlotOfDay: options.onlyShowFirstAvailableSlot ?? false,
    optimizedSlots: options.showOptimizedSlots ?? false,
    pendingBlocks: enabled(options.confirmationPolicy)?.blockUnconfirmedBookingsInBooker ?? false,
    ...(seats === undefined ? {} : { seatsPerSlot: seats.seatsPerTimeSlot }),
    weekStart: toWeekday(weekStart) ?? 7,
  };
}

function toWindow(options: EventTypeOptions): BookingWindow | undefined {
  const window = enabled(options.bookingWindow);
  if (window === undefined) return undefined;
  if (window.type === 'range') {
    const [from, to] = window.value;
    return from === undefined || to === undefined ? undefined : { type: 'range', from, to };
  }
  const type = window.type === 'businessDays' ? 'business-days' : 'calendar-days';
  return { type, days: window.value, rolling: window.rolling ?? false };
}

const UNIT_MS: Readonly<Record<string, number>> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

/** Whether a booking at `start` waits for the host's confirmation. */
export function needsConfirmation({ options }: EventTypeRecord, { start, now }: { readonly start: number; readonly now: number }): boolean {
  const policy = enabled(options.confirmationPolicy);
  if (policy === undefined) return false;
  const { noticeThreshold } = policy;
  if (policy.type === 'always' || noticeThreshold === undefined) return true;
  return start - now < noticeThreshold.count * (UNIT_MS[noticeThreshold.unit] ?? 0);
}

/** The lengths a booker may choose from; one when there is no choice. */
export function lengthsOf({ lengthMinutes, options }: EventTypeRecord): readonly number[] {
  return options.lengthInMinutesOptions ?? [lengthMinutes];
}
