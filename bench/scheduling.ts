import { fileURLToPath } from 'node:url';
import { type BookingFact, groupByDate, listSlots, type SchedulingFacts, type WeeklyHours } from '../src/scheduling/index.ts';
import { median, printTable, type Row } from './table.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const NOW = Date.parse('2030-03-01T07:00:00Z');
const START = Date.parse('2030-03-02T00:00:00Z');

const TARGETS = new Map([
  ['30/500', '≤ 0.3 ms (ambition 0.15)'],
  ['90/500', '≤ 1.2 ms (ambition 0.6)'],
]);

/** Listing slots with every rule on, printed and grouped by date, beside a loop that only merges, subtracts and prints. */
export async function benchScheduling(): Promise<readonly Row[]> {
  const scenes = [7, 30, 90].flatMap((days) =>
    [0, 100, 500, 2000].map((count) => ({ days, count, facts: makeFacts(days, count), ranges: makeRanges(days) })),
  );
  // All scenes warm up before any is measured: the first would otherwise be measured in a state no service stays in.
  for (const scene of scenes) measure(200, () => [list(scene.days, scene.facts), plainLoop(scene.ranges, scene.facts)]);
  return scenes.map(({ days, count, facts, ranges }) => {
    const target = TARGETS.get(`${days}/${count}`);
    return {
      name: `slots, ${days} days, ${count} bookings`,
      median: measure(400, () => list(days, facts)),
      bound: measure(400, () => plainLoop(ranges, facts)),
      boundName: 'plain loop',
      ...(target === undefined ? {} : { target }),
    };
  });
}

function list(days: number, facts: SchedulingFacts) {
  const query = { start: START, end: START + days * DAY_MS, timeZone: 'Europe/Berlin' };
  return groupByDate(listSlots(query, facts, NOW), { timeZone: 'Europe/Berlin', print: (start) => ({ start }) });
}

const HOURS: readonly WeeklyHours[] = [
  { days: [1, 2, 3, 4, 5], startMinute: 480, endMinute: 1200 },
  { days: [6, 7], startMinute: 600, endMinute: 1200 },
];

/** A host in New York whose bookings all lie inside the days asked for, with a clock change among them. */
function makeFacts(days: number, count: number): SchedulingFacts {
  const spacing = (days * DAY_MS) / Math.max(count, 1);
  const bookings = Array.from({ length: count }, (_, index): BookingFact => {
    const start = START + Math.floor((index * spacing) / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
    return {
      uid: `booking-${index}`,
      eventTypeId: index % 3 === 0 ? 1 : 2,
      status: index % 10 === 9 ? 'cancelled' : 'accepted',
      start,
      end: start + 15 * MINUTE_MS,
      beforeBufferMinutes: index % 2 === 0 ? 5 : 0,
      afterBufferMinutes: 0,
    };
  });
  const every = (amount: number, hours: number) =>
    Array.from({ length: amount }, (_, index) => {
      const start = START + ((index * days * DAY_MS) / amount + 15 * 60 * MINUTE_MS);
      return { start, end: start + hours * 60 * MINUTE_MS };
    });
  return {
    event: {
      eventTypeId: 1,
      lengthMinutes: 30,
      slotIntervalMinutes: 15,
      offsetStartMinutes: 5,
      minimumNoticeMinutes: 240,
      beforeBufferMinutes: 5,
      afterBufferMinutes: 5,
      window: { type: 'calendar-days', days: 120, rolling: true },
      countLimits: { day: 200, week: 1000, month: 4000, year: 9000 },
      durationLimitsMinutes: { day: 3000, week: 15_000, month: 60_000, year: 140_000 },
      onlyFirstSlotOfDay: false,
      optimizedSlots: true,
      pendingBlocks: true,
      weekStart: 1,
    },
    hosts: [
      {
        hostId: 1,
        schedule: {
          timeZone: 'America/New_York',
          hours: HOURS,
          overrides: [
            { date: '2030-03-05', startMinute: 600, endMinute: 900 },
            { date: '2030-03-07', startMinute: 0, endMinute: 0 },
          ],
        },
        bookings,
        busy: every(5, 1).map((interval) => ({ ...interval, source: 'calendar' })),
        reservations: every(2, 0.5).map((interval, index) => ({ ...interval, uid: `held-${index}`, eventTypeId: 1 })),
        absences: [{ from: '2030-03-06', to: '2030-03-06' }],
      },
    ],
  };
}

/** The same hours for the loop that knows no zones: five hours behind UTC for ever. */
function makeRanges(days: number): readonly (readonly [number, number])[] {
  return Array.from(
    { length: days },
    (_, day) => [START + day * DAY_MS + 13 * 60 * MINUTE_MS, START + day * DAY_MS + 25 * 60 * MINUTE_MS] as const,
  );
}

const CLOCK = Array.from({ length: 1440 }, (_, minute) => new Date(minute * MINUTE_MS).toISOString().slice(10));

/** The least there is to do: merge the bookings, subtract them from the days, print what fits. No zone, no rule, no alignment. */
function plainLoop(ranges: readonly (readonly [number, number])[], facts: SchedulingFacts): Record<string, { start: string }[]> {
  const merged: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const { start, end, status } of facts.hosts[0]?.bookings ?? []) {
    if (status !== 'accepted') continue;
    if (last !== undefined && start - 10 * MINUTE_MS <= last[1]) last[1] = end + 5 * MINUTE_MS;
    else {
      last = [start - 10 * MINUTE_MS, end + 5 * MINUTE_MS];
      merged.push(last);
    }
  }
  const byDate: Record<string, { start: string }[]> = {};
  let day = Number.NaN;
  let date = '';
  let ofDay: { start: string }[] = [];
  const print = (from: number, to: number) => {
    for (let start = from; start + 30 * MINUTE_MS <= to; start += 20 * MINUTE_MS) {
      const dayNow = Math.floor(start / DAY_MS);
      if (dayNow !== day) {
        day = dayNow;
        date = new Date(start).toISOString().slice(0, 10);
        ofDay = byDate[date] ?? [];
        byDate[date] = ofDay;
      }
      ofDay.push({ start: date + CLOCK[(start - day * DAY_MS) / MINUTE_MS] });
    }
  };
  let index = 0;
  for (const [from, to] of ranges) {
    let start = from;
    for (let block = merged[index]; block !== undefined && block[0] < to; block = merged[index]) {
      if (block[0] > start) print(start, block[0]);
      if (block[1] > start) start = block[1];
      if (start >= to) break;
      index += 1;
    }
    if (start < to) print(start, to);
  }
  return byDate;
}

function measure(times: number, work: () => unknown): number {
  return median(
    Array.from({ length: times }, () => {
      const startedAt = performance.now();
      work();
      return performance.now() - startedAt;
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable('Engine alone: slots of one host', await benchScheduling());
