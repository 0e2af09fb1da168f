import { startOfWeek } from './calendar.ts';
import type { DateValue, Days } from './day.ts';
import { type Frame, firstWeekday } from './frame.ts';
import { WEEKDAYS, type Which } from './names.ts';

/** A weekend's first moment and end in seconds after the first day's midnight. */
interface Shape {
  readonly weekday: number;
  readonly startSecond: number;
  readonly days: number;
  readonly endSecond: number;
}

/** "saturday 00:00" to "monday 00:00" */
function shapeOf({ conventions }: Frame): Shape {
  const [from, to] = conventions.weekend.map(parse);
  const start = from ?? { weekday: 6, second: 0 };
  const end = to ?? { weekday: 1, second: 0 };
  return { weekday: start.weekday, startSecond: start.second, days: (end.weekday - start.weekday + 7) % 7 || 7, endSecond: end.second };
}

function parse(written: string): { weekday: number; second: number } {
  const [name = '', clock = '00:00'] = written.split(' ');
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return { weekday: WEEKDAYS.findIndex(([full]) => full === name.toLowerCase()) + 1, second: hour * 3600 + minute * 60 };
}

/** The weekend of the week that starts on a day. */
function weekendFrom(day: number, frame: Frame): Days {
  const { weekday, startSecond, days, endSecond } = shapeOf(frame);
  const start = day + ((weekday - 1 + 7) % 7);
  const end = start + days;
  return {
    start,
    end: endSecond > 0 ? end + 1 : end,
    ...(startSecond || endSecond ? { seconds: { start: start * 86_400 + startSecond, end: end * 86_400 + endSecond } } : {}),
  };
}

/** "this weekend": the coming one or the one that runs; "next weekend" follows the setting for "next Friday". */
export function weekendBy(pointer: Which): DateValue {
  return {
    grain: 'long',
    which: pointer,
    isRelative: true,
    find: (frame) => {
      const monday = startOfWeek(frame.anchor, 1);
      const own = weekendFrom(monday, frame);
      if (pointer === 'before-last') return weekendFrom(monday - 14, frame);
      if (pointer === 'last') return weekendFrom(monday - 7, frame);
      if (pointer === 'next' && frame.conventions.nextWeekday === 'next-week')
        return weekendFrom(startOfWeek(frame.anchor, firstWeekday(frame)) + 7, frame);
      const isRunning = own.start <= frame.anchor;
      if (pointer === 'after-next') return weekendFrom(monday + 14, frame);
      return pointer === 'this' || !isRunning ? own : weekendFrom(monday + 7, frame);
    },
  };
}

/** The weekends that start inside a stretch of days. */
export function weekendsIn(stretch: Days, frame: Frame): Days[] {
  const found: Days[] = [];
  for (let monday = startOfWeek(stretch.start, 1) - 7; monday < stretch.end; monday += 7) {
    const weekend = weekendFrom(monday, frame);
    if (weekend.start >= stretch.start && weekend.start < stretch.end) found.push(weekend);
  }
  return found;
}
