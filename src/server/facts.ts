import { type EventRules, factsInterval, type Interval, type SchedulingFacts } from '../scheduling/index.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import { readHostFacts } from '../store/host-facts.ts';
import type { Handle } from '../store/store.ts';
import { toEventRules } from './event-rules.ts';
import { type Hosting, hostIdsOf } from './hosting.ts';

export interface FactsQuery {
  readonly eventType: EventTypeRecord;
  readonly hosting: Hosting;
  readonly interval: Interval;
  readonly now: number;
}

/** All that decides over starts of an event type in an interval, read through the given handle: inside a transaction, the transaction's own. */
export async function readFacts(handle: Handle, { eventType, hosting, interval, now }: FactsQuery): Promise<SchedulingFacts> {
  const event = toEventRules(eventType, hosting.weekStart);
  const { start, end } = factsInterval(interval, withoutLimits(event), now);
  const found = await readHostFacts(handle, { hostIds: hostIdsOf(hosting), eventType, from: start, to: end, now });
  const hosts = found.map((host) => {
    const turn = hosting.turns.get(host.hostId);
    return turn === undefined ? host : { ...host, turn };
  });
  return { event, hosts };
}

/** The store itself reads further around for limits, and only the event type's own bookings. */
function withoutLimits({ countLimits: _count, durationLimitsMinutes: _duration, ...event }: EventRules): EventRules {
  return event;
}
