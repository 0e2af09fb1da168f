import { type EventRules, factsInterval, type Interval, type SchedulingFacts } from '../scheduling/index.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import { type OwnedFacts, readHostFacts, readOwnedFacts } from '../store/host-facts.ts';
import type { Handle, Store } from '../store/store.ts';
import { toEventRules } from './event-rules.ts';
import { type Hosting, hostIdsOf } from './hosting.ts';

export interface FactsQuery {
  readonly eventType: EventTypeRecord;
  readonly hosting: Hosting;
  readonly interval: Interval;
  readonly now: number;
  /** What was read with the event type; used when it is what these facts are. */
  readonly ahead?: OwnedFacts | undefined;
}

/** All that decides over starts of an event type in an interval, read through the given handle: inside a transaction, the transaction's own. */
export async function readFacts(handle: Handle, { eventType, hosting, interval, now, ahead }: FactsQuery): Promise<SchedulingFacts> {
  const event = toEventRules(eventType, hosting.weekStart);
  const query = { hostIds: hostIdsOf(hosting), eventType, ...timeToRead(event, interval, now), now };
  const found = ahead?.answers(query) === true ? [ahead.facts] : await readHostFacts(handle, query);
  const hosts = found.map((host) => {
    const turn = hosting.turns.get(host.hostId);
    return turn === undefined ? host : { ...host, turn };
  });
  return { event, hosts };
}

function timeToRead(event: EventRules, interval: Interval, now: number): { readonly from: number; readonly to: number } {
  const { start, end } = factsInterval(interval, withoutLimits(event), now);
  return { from: start, to: end };
}

/** Somebody's own event type, its owner and the facts that follow from it, in one round trip; `before` is the event type as it was a moment ago. */
export async function readAhead(
  handle: Handle,
  { before, interval, now }: { readonly before: EventTypeRecord; readonly interval: Interval; readonly now: number },
): Promise<OwnedFacts | undefined> {
  return await readOwnedFacts(handle, { before, ...timeToRead(toEventRules(before, 'Sunday'), interval, now), now });
}

const MOST_SEEN = 2000;
const seenTypes = new WeakMap<Store, Map<number, EventTypeRecord>>();

/**
 * The event types this process saw last, for `readAhead` alone: they say what should be read, and may be out of date, as another process may have changed them.
 */
export function eventTypesSeen(store: Store): Pick<Map<number, EventTypeRecord>, 'get' | 'set'> {
  const seen = seenTypes.get(store) ?? new Map<number, EventTypeRecord>();
  seenTypes.set(store, seen);
  if (seen.size > MOST_SEEN) seen.clear();
  return seen;
}

/** The store itself reads further around for limits, and only the event type's own bookings. */
function withoutLimits({ countLimits: _count, durationLimitsMinutes: _duration, ...event }: EventRules): EventRules {
  return event;
}
