import type { CallResult } from './conversation.ts';

/** The parts of a booking that the assistant speaks of. */
export interface KnownBooking {
  readonly uid: string;
  readonly title: string;
  readonly status: string;
  /** UTC ISO instants. */
  readonly start: string;
  readonly end: string;
  readonly attendees: readonly { readonly name: string; readonly email: string; readonly timeZone?: string }[];
  readonly eventType?: { readonly id: number; readonly slug: string } | null;
  readonly location?: string | null;
  readonly description?: string | null;
  readonly rescheduledToUid?: string | null;
}

export interface KnownEventType {
  readonly id: number;
  readonly slug: string;
  readonly title: string;
  readonly lengthInMinutes: number;
  readonly lengthInMinutesOptions?: readonly number[] | null;
  readonly description?: string | null;
  readonly hidden?: boolean | null;
}

export interface FoundSlots {
  readonly eventType?: { readonly id: number; readonly slug: string; readonly title: string; readonly lengthInMinutes: number };
  readonly durationMinutes?: number;
  /** Epoch milliseconds, ascending. */
  readonly starts: readonly number[];
}

export function toBooking(value: unknown): KnownBooking | undefined {
  // Tools check their output before it gets here; only the fields without which nothing can be said are looked at again.
  const booking = value as KnownBooking;
  return isRecord(value) && typeof value.uid === 'string' && typeof value.start === 'string' && Array.isArray(value.attendees)
    ? booking
    : undefined;
}

export function toBookings(result: CallResult | undefined): readonly KnownBooking[] {
  if (result?.status !== 'done') return [];
  const list = isRecord(result.output) ? result.output.bookings : result.output;
  return Array.isArray(list) ? list.flatMap((item) => toBooking(item) ?? []) : [];
}

export function totalOf(result: CallResult | undefined): number | undefined {
  if (result?.status !== 'done' || !isRecord(result.output) || !isRecord(result.output.pagination)) return undefined;
  const total = result.output.pagination.totalItems;
  return typeof total === 'number' ? total : undefined;
}

export function toEventTypes(result: CallResult | undefined): readonly KnownEventType[] {
  if (result?.status !== 'done' || !Array.isArray(result.output)) return [];
  return result.output.filter(
    (item): item is KnownEventType => isRecord(item) && typeof item.id === 'number' && typeof item.title === 'string',
  );
}

export function toSlots(result: CallResult | undefined): FoundSlots {
  if (result?.status !== 'done' || !isRecord(result.output) || !isRecord(result.output.slots)) return { starts: [] };
  const { eventType, durationMinutes, slots } = result.output;
  const starts = Object.values(slots)
    .flatMap((day) => (Array.isArray(day) ? day : []))
    .flatMap((slot) => (isRecord(slot) && typeof slot.start === 'string' ? [Date.parse(slot.start)] : []))
    .toSorted((a, b) => a - b);
  return {
    starts,
    ...(isRecord(eventType) ? { eventType: eventType as unknown as NonNullable<FoundSlots['eventType']> } : {}),
    ...(typeof durationMinutes === 'number' ? { durationMinutes } : {}),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
