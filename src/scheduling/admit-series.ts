import { admit } from './admit.ts';
import { MINUTE_MS } from './local-date.ts';
import type { Admittance, BookingFact, BookingRequest, Instant, Refusal, SchedulingFacts } from './model.ts';
import { durationOf } from './slots.ts';
import { byTurn, toParties } from './turns.ts';

export interface SeriesRequest extends Omit<BookingRequest, 'start'> {
  /** Ascending. */
  readonly starts: readonly Instant[];
}

/** One admittance for each start, or the refusal of the first start that could not be booked. */
export type SeriesAdmission =
  | { readonly ok: true; readonly occurrences: readonly Admittance[] }
  | (Refusal & {
      readonly start: Instant;
    });

/** Accepts all occurrences or none; each counts for those after it. Of hosts who take turns one takes the whole series. */
export function admitSeries(request: SeriesRequest, facts: SchedulingFacts, now: Instant): SeriesAdmission {
  let furthest: Exclude<SeriesAdmission, { readonly ok: true }> | undefined;
  for (const { members } of byTurn(toParties(facts.hosts), request.preferredHostId)) {
    const answer = admitAll(request, { ...facts, hosts: members }, now);
    if (answer.ok) return answer;
    if (furthest === undefined || answer.start > furthest.start) furthest = answer;
  }
  return furthest ?? { ok: false, reason: 'busy', detail: 'The time is not free.', start: request.starts[0] ?? now };
}

function admitAll({ starts, ...request }: SeriesRequest, facts: SchedulingFacts, now: Instant): SeriesAdmission {
  const { event } = facts;
  const lengthMs = durationOf(request, event) * MINUTE_MS;
  let { hosts } = facts;
  const occurrences: Admittance[] = [];
  for (const [index, start] of starts.entries()) {
    const admission = admit({ ...request, start }, { event, hosts }, now);
    if (!admission.ok) return { ...withoutOwn(admission), start };
    occurrences.push(admission);
    if (admission.joinsUid !== undefined) continue;
    const { eventTypeId, beforeBufferMinutes, afterBufferMinutes } = event;
    const made: BookingFact = {
      uid: `${OWN}${index}`,
      eventTypeId,
      status: 'accepted',
      start,
      end: start + lengthMs,
      beforeBufferMinutes,
      afterBufferMinutes,
    };
    hosts = hosts.map((host) => ({ ...host, bookings: [...host.bookings, made] }));
  }
  return { ok: true, occurrences };
}

/** No uid of a booking begins like this. */
const OWN = 'occurrence ';

function withoutOwn({ conflictingUid, ...refusal }: Refusal): Refusal {
  return conflictingUid === undefined || conflictingUid.startsWith(OWN) ? refusal : { ...refusal, conflictingUid };
}
