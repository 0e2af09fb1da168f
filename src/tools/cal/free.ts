import { AppError } from '../../errors.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import type { BookingPage } from '../../wire/calcom/index.ts';
import { toDayLabel, toRangeLabel, toTimeLabel } from '../moment.ts';
import type { CalContext } from './fields.ts';

const DAY_MS = 86_400_000;
const ALTERNATIVES = 5;

export interface WantedTime {
  readonly eventType: EventType;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly durationMinutes: number;
  /** The booking that is being moved: its own time is free. */
  readonly rescheduleUid?: string;
}

/**
 * Throws the refusal that booking would meet: `invalid_input` for a past time, `conflict` for one that is not free, with the nearest free starts
 * in `details.alternatives`. It reads only; whoever books is still refused by the service when somebody is faster.
 */
export async function checkFree(wanted: WantedTime, context: CalContext): Promise<void> {
  const { start, durationMinutes } = wanted;
  const { timeZone, now } = context;
  const end = start + durationMinutes * 60_000;
  const label = toRangeLabel(start, end, timeZone);
  if (start <= now) {
    throw new AppError('invalid_input', `${label} is in the past: it is ${toRangeLabel(now, now, timeZone).split(' – ')[0]} now.`, {
      hint: 'Choose a time that is still to come.',
      details: { reason: 'past' },
    });
  }
  const near = await freeStarts(wanted, { from: start - DAY_MS, to: end + DAY_MS }, context);
  if (isCovered({ start, end }, near, durationMinutes * 60_000)) return;
  const starts = near.length >= ALTERNATIVES ? near : await freeStarts(wanted, { from: start - DAY_MS, to: end + 14 * DAY_MS }, context);
  const alternatives = starts
    .toSorted((a, b) => Math.abs(a - start) - Math.abs(b - start) || a - b)
    .slice(0, ALTERNATIVES)
    .sort((a, b) => a - b);
  const conflict = await findOverlap(wanted, context);
  const why = conflict === undefined ? `${label} is not free for "${wanted.eventType.title}"` : `${label} is taken by "${conflict.title}"`;
  throw new AppError('conflict', `${why}.`, {
    hint:
      alternatives.length === 0
        ? 'There is no free time in the two weeks after it; try another week or another event type.'
        : `Free instead: ${alternatives.map((time) => `${toDayLabel(time, timeZone)} at ${toTimeLabel(time, timeZone)}`).join(', ')}.`,
    details: {
      reason: conflict === undefined ? 'unavailable' : 'busy',
      ...(conflict === undefined ? {} : { conflictingUid: conflict.uid }),
      eventTypeId: wanted.eventType.id,
      alternatives: alternatives.map((time) => new Date(time).toISOString()),
    },
  });
}

async function freeStarts(
  { eventType, durationMinutes, rescheduleUid }: WantedTime,
  { from, to }: { readonly from: number; readonly to: number },
  { clients, signal, now }: CalContext,
): Promise<readonly number[]> {
  const slots = await clients.cal.getSlots(
    {
      eventTypeId: eventType.id,
      start: new Date(Math.max(from, now)).toISOString(),
      end: new Date(to - 1).toISOString(),
      ...(durationMinutes === eventType.lengthInMinutes ? {} : { duration: durationMinutes }),
      ...(rescheduleUid === undefined ? {} : { bookingUidToReschedule: rescheduleUid }),
    },
    { signal },
  );
  return Object.values(slots)
    .flat()
    .map((slot) => Date.parse(slot.start))
    .sort((a, b) => a - b);
}

/** A start between two listed ones is free when listed meetings cover it without a gap: booking does not ask for the grid (reference §2.1). */
function isCovered(wanted: { readonly start: number; readonly end: number }, starts: readonly number[], lengthMs: number): boolean {
  let covered = wanted.start;
  for (const start of starts) {
    if (start === wanted.start) return true;
    if (start > covered) break;
    covered = Math.max(covered, start + lengthMs);
  }
  return covered >= wanted.end;
}

async function findOverlap({ start, durationMinutes, rescheduleUid }: WantedTime, { clients, signal }: CalContext) {
  const end = start + durationMinutes * 60_000;
  const { bookings } = await listOwn(
    clients.cal.listBookings(
      { afterStart: new Date(start - DAY_MS).toISOString(), beforeEnd: new Date(end + DAY_MS).toISOString(), take: 250 },
      { signal },
    ),
  );
  return bookings.find(
    (booking) =>
      booking.uid !== rescheduleUid && booking.status === 'accepted' && Date.parse(booking.start) < end && Date.parse(booking.end) > start,
  );
}

/** Whoever books without a key has no bookings of their own to look at. */
async function listOwn(work: Promise<BookingPage>): Promise<Pick<BookingPage, 'bookings'>> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthenticated') return { bookings: [] };
    throw error;
  }
}
