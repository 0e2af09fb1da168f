import type { Refusal } from '../scheduling/index.ts';
import { isOverlap } from '../store/conflicts.ts';
import { type FailureOptions, type FailureStatus, HttpFailure } from './http-failure.ts';

/** A refusal of a time: another time might be taken. */
class TimeRefusal extends HttpFailure {
  constructor(status: FailureStatus, message: string, options: FailureOptions) {
    super(status, message, options);
    this.name = 'TimeRefusal';
  }
}

const TAKEN = 'User either already has booking at this time or is not available';
const OUT_OF_BOUNDS =
  'The event type can\'t be booked at the "start" time provided. This could be because it\'s too soon (violating the minimum booking notice) or too far in the future (outside the event\'s scheduling window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking with "start" time equal to one of the available slots.';

/** The engine's refusal in the API's words, with the reason as data. The booking in the way is named to the host alone: the diary does not leak. */
export function toRefusal(
  refusal: Pick<Refusal, 'reason' | 'detail' | 'conflictingUid'>,
  isHost: boolean,
  more: Readonly<Record<string, unknown>> = {},
): HttpFailure {
  const { reason, detail, conflictingUid } = refusal;
  const details = {
    ...more,
    reason: isHost ? reason : toPublicReason(reason),
    ...(isHost ? { explanation: detail } : {}),
    ...(isHost && conflictingUid !== undefined ? { conflictingBookingUid: conflictingUid } : {}),
  };
  switch (reason) {
    case 'past':
      return new TimeRefusal(400, 'Attempting to book a meeting in the past.', { details });
    case 'notice':
    case 'window':
      return new TimeRefusal(400, OUT_OF_BOUNDS, {
        details: { ...details, explanation: detail },
        plainMessage: `The event type can't be booked at the "start" time provided. ${detail}`,
      });
    case 'count_limit':
      return new TimeRefusal(403, 'booking_limit_reached', { details, plainMessage: detail });
    case 'duration_limit':
      return new TimeRefusal(403, 'duration_limit_reached', { details, plainMessage: detail });
    case 'seats_full':
      return new TimeRefusal(409, 'No more seats left at this seated booking.', { details });
    default:
      return new TimeRefusal(400, TAKEN, { details, plainMessage: isHost ? `${TAKEN}. ${detail}` : TAKEN });
  }
}

/** A stranger does not learn whether a time is taken by a booking, kept free around one, or on a day off. */
export function toPublicReason(reason: Refusal['reason']): string {
  return reason === 'busy' || reason === 'buffer' || reason === 'closed_date' || reason === 'outside_hours' ? 'not_available' : reason;
}

/** Somebody was faster: the last guard, the database, refused. */
export function overlapRefusal(isHost: boolean, conflictingUid?: string): HttpFailure {
  const refusal = { reason: 'busy', detail: 'Another booking takes this time.' } as const;
  return toRefusal(conflictingUid === undefined ? refusal : { ...refusal, conflictingUid }, isHost);
}

export interface Refusing {
  readonly isHost: boolean;
  /** The free starts nearest to the one that was asked for; looked up once the transaction is over. */
  readonly nearest?: () => Promise<readonly string[]>;
}

/** The constraint's refusal in the same words as the engine's, and with either what is free instead. */
export async function refuseOverlap<Result>({ isHost, nearest }: Refusing, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const refusal = isOverlap(error) ? overlapRefusal(isHost) : error;
    if (!(refusal instanceof TimeRefusal) || nearest === undefined) throw refusal;
    const { status, message, code, plainMessage, details } = refusal;
    const nearestFreeStarts = await nearest();
    const hint = toHint(nearestFreeStarts);
    // Many clients show the plain message alone.
    throw new HttpFailure(status, message, {
      code,
      plainMessage: `${plainMessage.replace(/\.?$/, '.')} ${hint}`,
      details: { ...details, nearestFreeStarts, hint },
      cause: error,
    });
  }
}

function toHint(starts: readonly string[]): string {
  return starts.length === 0 ? 'No other start is free within two weeks.' : `The nearest free starts are ${starts.join(', ')}.`;
}
