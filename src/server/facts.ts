import { type EventRules, factsInterval, type Interval, type SchedulingFacts } from '../scheduling/index.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import { readHostFacts } from '../store/host-facts.ts';
import type { Handle } from '../store/store.ts';
import type { UserRecord } from '../store/users.ts';
import { toEventRules } from './event-rules.ts';

export interface FactsQuery {
  readonly eventType: EventTypeRecord;
  readonly host: Pick<UserRecord, 'id' | 'weekStart'>;
  readonly interval: Interval;
  readonly now: number;
}

/** All that decides over starts of an event type in an interval, read through the given handle: inside a transaction, the transaction's own. */
export async function readFacts(handle: Handle, { eventType, host, interval, now }: FactsQuery): Promise<SchedulingFacts> {
  const event = toEventRules(eventType, host.weekStart);
  const { start, end } = factsInterval(interval, withoutLimits(event), now);
  const hosts = await readHostFacts(handle, { hostIds: [host.id], eventTypeId: eventType.id, from: start, to: end, now });
  return { event, hosts };
}

/** The store itself reads further around for limits, and only the event type's own bookings. */
function withoutLimits({ countLimits: _count, durationLimitsMinutes: _duration, ...event }: EventRules): EventRules {
  return event;
}
