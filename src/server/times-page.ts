import { toDate, toTime } from '../mail/index.ts';
import type { Slots } from '../wire/calcom/slots.ts';
import type { GuestTimes } from './guest-desk.ts';

const DAY_MS = 86_400_000;
/** Of one page of free times. */
const PAGE_DAYS = 7;
/** How many pages are looked through for the first free time. */
const PAGES_AHEAD = 12;

export interface TimesPageOptions {
  /** The day to begin with, "2050-09-06"; the first with a free time when absent. */
  readonly from: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How the guest reads times. */
  readonly clock: { readonly timeZone: string; readonly isTwelveHour: boolean };
}

/** Free times as a page of words; `read` answers those of whole days, both included. */
export async function readTimesPage(
  read: (days: { readonly start: string; readonly end: string }) => Promise<Slots>,
  { from, now, clock }: TimesPageOptions,
): Promise<GuestTimes> {
  const today = toDay(now, clock.timeZone);
  const asked = from !== undefined && from > today ? from : today;
  for (let page = 0; ; page += 1) {
    const start = addDays(asked, page * PAGE_DAYS);
    const slots = await read({ start, end: addDays(start, PAGE_DAYS - 1) });
    const days = Object.entries(slots).map(([date, entries]) => ({
      label: toDate(Date.parse(`${date}T12:00:00Z`), { ...clock, timeZone: 'UTC' }, 'long'),
      times: entries.map((slot) => ({ start: slot.start, label: toTime(Date.parse(slot.start), clock) })),
    }));
    if (days.length === 0 && from === undefined && page < PAGES_AHEAD) continue;
    const earlier = addDays(start, -PAGE_DAYS);
    return {
      days,
      zone: clock.timeZone.replaceAll('_', ' '),
      earlier: start > today ? [earlier, today].toSorted().at(-1) : undefined,
      later: addDays(start, PAGE_DAYS),
    };
  }
}

/** "2050-09-06" */
function toDay(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
}

function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}
