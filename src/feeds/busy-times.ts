import ical, { type DateWithTimeZone, type VEvent } from 'node-ical';
import { AppError } from '../errors.ts';
import { merge } from '../scheduling/interval.ts';
import { DAY_MS, toDayNumber } from '../scheduling/local-date.ts';
import type { Interval } from '../scheduling/model.ts';
import { zoneOf } from '../scheduling/zone.ts';
import { broken } from './feed-line.ts';
import { readFeedText } from './feed-text.ts';
import { createPauses, type Pause } from './pauses.ts';

export interface FeedReading {
  readonly name: string | undefined;
  /** Of its events. */
  readonly uids: readonly string[];
  /** When its owner is busy, within `range`: whole days by the owner's clock; without events of the UIDs named. Merged, in order. */
  busy(range: Interval, ignoredUids: ReadonlySet<string>): Promise<readonly Interval[]>;
}

const MAXIMUM_INTERVALS = 20_000;
const MAXIMUM_MS = 30_000;

/** Events that are given to the parser at once: it reads a text in one go. */
const BATCH = 20;

/**
 * Reads a calendar file; times without a zone are in `timeZone`, its owner's. Throws `upstream` where it cannot be understood. It takes seconds for the
 * largest files, in slices between which others have their turn.
 */
export async function readFeed(content: string, timeZone: string, pause: Pause = createPauses()): Promise<FeedReading> {
  const { name, zones, events, uids, periods } = await readFeedText(content, timeZone, pause);
  const components: VEvent[] = [];
  for (let first = 0; first < events.length; first += BATCH) {
    const body = events.slice(first, first + BATCH).flat();
    components.push(...parse(['BEGIN:VCALENDAR', 'VERSION:2.0', ...zones, ...body, 'END:VCALENDAR', ''].join('\r\n')));
    await pause();
  }
  return {
    name: name?.slice(0, 200),
    uids: [...new Set(uids.values())],
    async busy(range, ignoredUids) {
      const startedAt = performance.now();
      const found: Interval[] = periods.filter(({ start, end }) => start < range.end && end > range.start);
      for (const event of components) {
        if (ignoredUids.has(uids.get(event.uid) ?? '')) continue;
        found.push(...occurrences(event, range, timeZone));
        if (found.length > MAXIMUM_INTERVALS) throw broken(`it has more than ${MAXIMUM_INTERVALS} busy times`);
        if (performance.now() - startedAt > MAXIMUM_MS) throw broken('it takes too long to work out');
        await pause();
      }
      return merge(found.filter(({ start, end }) => start < end));
    },
  };
}

function parse(text: string): readonly VEvent[] {
  try {
    return Object.values(ical.sync.parseICS(text)).filter((component) => component?.type === 'VEVENT');
  } catch (error) {
    throw broken(error instanceof Error ? error.message.slice(0, 200) : 'its form is wrong');
  }
}

function occurrences(event: VEvent, range: Interval, timeZone: string): Interval[] {
  // A day more on both sides: whole days are compared by the clock of this process.
  const window = { from: new Date(range.start - DAY_MS), to: new Date(range.end + DAY_MS), expandOngoing: true };
  try {
    return ical
      .expandRecurringEvent(event, window)
      .filter((instance) => isBusy(instance.event))
      .map(({ start, end, isFullDay }) => ({
        start: toInstant(start, isFullDay, timeZone),
        end: toInstant(end, isFullDay, timeZone),
      }))
      .filter(({ start, end }) => start < range.end && end > range.start);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw broken(error instanceof Error ? error.message.slice(0, 200) : 'an event repeats in a way that is not understood');
  }
}

function isBusy({ transparency, status }: VEvent): boolean {
  return transparency?.toUpperCase() !== 'TRANSPARENT' && status?.toUpperCase() !== 'CANCELLED';
}

/** The parser gives a whole day as midnight of the zone this process happens to run in: only its date counts. */
function toInstant(date: DateWithTimeZone, isFullDay: boolean, timeZone: string): number {
  const instant = isFullDay
    ? zoneOf(timeZone).startOfDay(toDayNumber(date.getFullYear(), date.getMonth() + 1, date.getDate()))
    : date.getTime();
  if (Number.isNaN(instant)) throw broken('an event has no time');
  return instant;
}
