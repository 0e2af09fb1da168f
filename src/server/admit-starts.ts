import {
  type Admittance,
  admit,
  admitSeries,
  type SchedulingFacts,
  type SeriesRequest,
  toIsoUtc,
  type Waiver,
  waive,
} from '../scheduling/index.ts';
import type { BookingBody } from '../wire/calcom/bookings.ts';
import { HttpFailure } from './http-failure.ts';
import { toRefusal } from './refuse-booking.ts';

const OVERRIDES = ['overrideAvailability', 'allowConflicts', 'allowBookingOutOfBounds'] as const;

export type Overrides = Pick<BookingBody, (typeof OVERRIDES)[number]>;

/** Only who hosts or manages the event type sets its rules aside. */
export function checkOverrides(wishes: Overrides, isHost: boolean): void {
  const wished = OVERRIDES.find((name) => wishes[name] === true);
  if (wished === undefined || isHost) return;
  throw new HttpFailure(
    403,
    `${wished} is only permitted when authenticated as the event type owner or host, or as a team or organization administrator.`,
  );
}

export interface AdmittedStart {
  readonly start: number;
  readonly admittance: Admittance;
  /** It may overlap other meetings, because the host wants it so. */
  readonly overlaps: boolean;
}

export interface Admitting {
  readonly now: number;
  readonly isHost: boolean;
  readonly overrides: Overrides;
}

/** All of them, or a refusal that names the first start in the way. Conflicts are allowed only where a free host cannot be had. */
export function admitStarts(
  request: SeriesRequest,
  facts: SchedulingFacts,
  { now, isHost, overrides }: Admitting,
): readonly AdmittedStart[] {
  const { overrideAvailability: hours = false, allowBookingOutOfBounds: outOfBounds = false, allowConflicts = false } = overrides;
  const waiver: Waiver = { hours, bounds: hours || outOfBounds };
  const answer = decide(request, waive(facts, waiver), now);
  if (answer.ok) return answer.starts.map((start) => ({ ...start, overlaps: false }));
  if (allowConflicts) {
    const overlapping = decide(request, waive(facts, { ...waiver, conflicts: true }), now);
    if (overlapping.ok) return overlapping.starts.map((start) => ({ ...start, overlaps: true }));
    throw toRefusal(overlapping.refusal, isHost, overlapping.more);
  }
  throw toRefusal(answer.refusal, isHost, answer.more);
}

type Decided =
  | { readonly ok: true; readonly starts: readonly Omit<AdmittedStart, 'overlaps'>[] }
  | { readonly ok: false; readonly refusal: Parameters<typeof toRefusal>[0]; readonly more?: Readonly<Record<string, unknown>> };

function decide({ starts, ...wish }: SeriesRequest, facts: SchedulingFacts, now: number): Decided {
  const [start, ...later] = starts;
  if (start !== undefined && later.length === 0) {
    const admission = admit({ ...wish, start }, facts, now);
    return admission.ok ? { ok: true, starts: [{ start, admittance: admission }] } : { ok: false, refusal: admission };
  }
  const admission = admitSeries({ ...wish, starts }, facts, now);
  if (!admission.ok) return { ok: false, refusal: admission, more: { occurrenceStart: toIsoUtc(admission.start) } };
  return {
    ok: true,
    starts: admission.occurrences.flatMap((admittance, index) => {
      const at = starts[index];
      return at === undefined ? [] : [{ start: at, admittance }];
    }),
  };
}
