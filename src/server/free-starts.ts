import { ALTERNATIVES_HORIZON_MS, admitSeries, type BookingRequest, nearestFreeStarts, toIsoUtc } from '../scheduling/index.ts';
import { type FactsQuery, readFacts } from './facts.ts';
import type { Service } from './serve.ts';

interface Wanted extends Pick<FactsQuery, 'eventType' | 'hosting'> {
  readonly request: BookingRequest;
  /** All starts of a series that begins at a given one; absent where a single meeting is wanted. */
  readonly toSeries?: (start: number) => readonly number[];
}

const MOST = 5;
/** How many beginnings of a series are tried. */
const MOST_TRIED = 40;

/**
 * The five listed starts nearest to one that was refused; where there is none for two weeks around it, the first ones from now on. A series could
 * begin at them and be booked whole.
 */
export async function findFreeStarts(service: Service, { eventType, hosting, request, toSeries }: Wanted): Promise<readonly string[]> {
  const now = service.now();
  for (const around of new Set([Math.max(request.start, now), now])) {
    const end = around + ALTERNATIVES_HORIZON_MS;
    const interval = { start: around - ALTERNATIVES_HORIZON_MS, end: Math.max(end, toSeries?.(end).at(-1) ?? end) };
    const facts = await readFacts(service.store.db, { eventType, hosting, interval, now });
    const listed = nearestFreeStarts({ ...request, start: around }, facts, now, toSeries === undefined ? MOST : MOST_TRIED);
    const starts =
      toSeries === undefined ? listed : takeFirst(listed, (start) => admitSeries({ ...request, starts: toSeries(start) }, facts, now).ok);
    if (starts.length > 0) return starts.map(toIsoUtc);
  }
  return [];
}

function takeFirst(starts: readonly number[], isGood: (start: number) => boolean): readonly number[] {
  const taken: number[] = [];
  for (const start of starts) {
    if (taken.length === MOST) break;
    if (isGood(start)) taken.push(start);
  }
  return taken;
}
