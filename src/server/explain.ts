import { admit, listSlots, type RefusalReason, type SchedulingFacts } from '../scheduling/index.ts';
import { DAY_MS, type DayNumber, toDateString } from '../scheduling/local-date.ts';
import { type Zone, zoneOf } from '../scheduling/zone.ts';
import type { EmptyDate } from '../wire/calcom/slots.ts';
import type { Caller } from './authenticate.ts';
import { toPublicReason } from './refuse-booking.ts';
import type { FoundSlots } from './slots.ts';

/** Beyond this many dates the question is better asked in parts. */
const MAXIMUM_DATES = 62;

interface Asking {
  readonly timeZone: string | undefined;
  readonly caller: Caller | undefined;
}

/** Every date asked for that has no slots, with the rule that emptied it: in full for a host, for others only that nothing is free. */
export function explainEmptyDates(found: FoundSlots, { timeZone, caller }: Asking): Record<string, EmptyDate> {
  const { slots, search, facts } = found;
  const zone = zoneOf(timeZone ?? 'UTC');
  const filled = new Set(slots.map((slot) => zone.dayAt(slot.start)));
  const last = Math.min(zone.dayAt(search.end), zone.dayAt(search.start) + MAXIMUM_DATES - 1);
  const isHost = facts.hosts.some((host) => host.hostId === caller?.id);
  const explained: Record<string, EmptyDate> = {};
  for (let day = zone.dayAt(search.start); day <= last; day++) {
    if (filled.has(day)) continue;
    const tally = tallyDay(found, zone, day);
    // The range ends or begins outside the hours of this date: nobody asked about the rest of it.
    if (tally === undefined) continue;
    explained[toDateString(day)] = isHost ? toFull(tally) : toCoarse(tally);
  }
  return explained;
}

type Reason = RefusalReason | 'reserved';

interface Refused {
  readonly reason: Reason;
  readonly detail: string;
  readonly conflictingUid?: string | undefined;
}

/** What the engine says to each start that the hours of the day alone would offer. */
function tallyDay({ facts, search, now }: FoundSlots, zone: Zone, day: DayNumber): readonly Refused[] | undefined {
  const [midnight, nextMidnight] = [zone.startOfDay(day), zone.startOfDay(day + 1)];
  const start = Math.max(midnight, search.start);
  // A range of whole dates ends with the last second of the last one.
  const end = Math.min(nextMidnight, search.end + 1000);
  const longAgo = Math.min(now, start) - DAY_MS;
  const open = withHoursOnly(facts);
  const { timeZone, durationMinutes, excludeBookingUid } = search;
  const request = { timeZone, durationMinutes, excludeBookingUid };
  const offered = listSlots({ ...request, start, end }, open, longAgo);
  if (offered.length === 0) {
    if (start > midnight || end < nextMidnight) return undefined;
    const refusal = admit({ ...request, start: Math.floor((start + end) / 2) }, open, longAgo);
    return [refusal.ok ? { reason: 'outside_hours', detail: 'The hours of this date are too short.' } : refusal];
  }
  return offered.map((slot) => {
    const admission = admit({ ...request, start: slot.start }, facts, now);
    return admission.ok ? { reason: 'reserved', detail: 'Somebody is about to book this time.' } : admission;
  });
}

/** The same hosts with nothing to do, and no rule but their hours. */
function withHoursOnly({ event, ...facts }: SchedulingFacts): SchedulingFacts {
  const { window: _window, countLimits: _count, durationLimitsMinutes: _duration, ...plain } = event;
  return {
    ...facts,
    event: { ...plain, minimumNoticeMinutes: 0, onlyFirstSlotOfDay: false },
    hosts: facts.hosts.map((host) => ({ ...host, bookings: [], busy: [], reservations: [] })),
  };
}

function toFull(tally: readonly Refused[]): EmptyDate {
  const { reason, detail } = mostFrequent(tally);
  const uids = [...new Set(tally.flatMap(({ conflictingUid }) => conflictingUid ?? []))];
  return {
    reason,
    detail,
    starts: Object.fromEntries([...Map.groupBy(tally, (refused) => refused.reason)].map(([name, group]) => [name, group.length])),
    ...(uids.length === 0 ? {} : { conflictingBookingUids: uids }),
  };
}

function toCoarse(tally: readonly Refused[]): EmptyDate {
  const { reason, detail } = mostFrequent(tally);
  const coarse = reason === 'reserved' ? 'not_available' : toPublicReason(reason);
  return coarse === reason ? { reason, detail } : { reason: coarse, detail: 'Nothing is free on this date.' };
}

function mostFrequent(tally: readonly Refused[]): Refused {
  const groups = [...Map.groupBy(tally, (refused) => refused.reason).values()].toSorted((one, other) => other.length - one.length);
  return groups[0]?.[0] ?? { reason: 'outside_hours', detail: 'The date has no hours.' };
}
