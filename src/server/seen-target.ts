import type { OwnedEventType } from '../store/event-types.ts';
import type { Store } from '../store/store.ts';
import type { Caller } from './authenticate.ts';
import type { BookingTarget } from './booking-target.ts';
import { enabled } from './event-rules.ts';
import { hostedBy } from './hosting.ts';

const MOST_SEEN = 2000;
const seen = new WeakMap<Store, Map<number, OwnedEventType>>();

/** Something of a target that was seen has changed since: it is to be found anew. */
export class OutdatedTarget extends Error {}

/** Remembers what anybody may book at somebody's own event type, which is most of what is booked. */
export function rememberTarget(store: Store, { eventType, hosting }: BookingTarget): void {
  const { recurrence, requiresBookerEmailVerification, bookingRequiresAuthentication } = eventType.options;
  const isPlain = enabled(recurrence) === undefined && requiresBookerEmailVerification !== true && bookingRequiresAuthentication !== true;
  const [owner, ...others] = hosting.hosts;
  if (eventType.teamId !== null || !isPlain || owner === undefined || others.length > 0) return;
  const targets = seen.get(store) ?? new Map<number, OwnedEventType>();
  seen.set(store, targets);
  if (targets.size >= MOST_SEEN) targets.clear();
  targets.set(eventType.id, { eventType, owner });
}

/**
 * The target as this process saw it last, without a question to the database. It says which locks to take; whoever holds them and has read it again must ask
 * `checkStill`, for another process may have changed it.
 */
export function recallTarget(store: Store, eventTypeId: number | undefined, caller: Caller | undefined): BookingTarget | undefined {
  const known = eventTypeId === undefined ? undefined : seen.get(store)?.get(eventTypeId);
  if (known === undefined) return undefined;
  const { eventType, owner } = known;
  return { eventType, hosting: hostedBy([owner]), isHost: caller?.id === owner.id };
}

/** Throws `OutdatedTarget` unless the target is what was read now. */
export function checkStill(store: Store, { eventType, hosting }: BookingTarget, now: OwnedEventType | undefined): void {
  const isSame = JSON.stringify([eventType, hosting.hosts[0]]) === JSON.stringify([now?.eventType, now?.owner]);
  if (isSame) return;
  seen.get(store)?.delete(eventType.id);
  throw new OutdatedTarget();
}
