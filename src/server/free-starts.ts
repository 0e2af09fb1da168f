import { ALTERNATIVES_HORIZON_MS, type BookingRequest, nearestFreeStarts, toIsoUtc } from '../scheduling/index.ts';
import { type FactsQuery, readFacts } from './facts.ts';
import type { Service } from './serve.ts';

interface Wanted extends Pick<FactsQuery, 'eventType' | 'hosting'> {
  readonly request: BookingRequest;
}

/** The five listed starts nearest to one that was refused; where there is none for two weeks around it, the first ones from now on. */
export async function findFreeStarts(service: Service, { eventType, hosting, request }: Wanted): Promise<readonly string[]> {
  const now = service.now();
  for (const around of new Set([Math.max(request.start, now), now])) {
    const interval = { start: around - ALTERNATIVES_HORIZON_MS, end: around + ALTERNATIVES_HORIZON_MS };
    const facts = await readFacts(service.store.db, { eventType, hosting, interval, now });
    const starts = nearestFreeStarts({ ...request, start: around }, facts, now);
    if (starts.length > 0) return starts.map(toIsoUtc);
  }
  return [];
}
