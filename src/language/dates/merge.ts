import { fromDay, toDay } from './calendar.ts';
import { calendarDate, type DateValue, within } from './day.ts';
import type { Moment } from './moment-value.ts';
import type { TimeValue } from './time.ts';

/** What two pieces say together; nothing where they do not speak of one moment. */
export function merge(first: Moment, second: Moment, joint: string): Moment | undefined {
  if (second.zone !== undefined) {
    const isTimed = first.time?.from !== undefined || first.time?.to !== undefined || first.instant;
    return isTimed && first.zone === undefined && (joint === '' || joint === '(' || joint === 'in' || joint === ',')
      ? { ...first, zone: second.zone }
      : undefined;
  }
  if (first.isNow || second.isNow) return undefined;
  if (first.instant || second.instant) return mergeInstant(first, second);
  if (joint === 'and' || joint === 'but') return mergeBounds(first, second);
  if (first.time && second.time) {
    const time = mergeTimes(first.time, second.time, joint);
    if (!time) return undefined;
    if (first.date && second.date) return undefined;
    return { ...first, ...second, time };
  }
  if (first.date && second.date) {
    const date = mergeDates(first.date, second.date, joint);
    if (!date) return undefined;
    return { ...first, ...second, date };
  }
  const date = first.date ?? second.date;
  const time = first.time ?? second.time;
  if (!date || !time || !takesTime(date)) return undefined;
  if (first.time?.isWeak && (joint === 'of' || (isBareHour(first.time) && joint !== ''))) return undefined;
  if (first.time?.isWeak && isBareHour(first.time) && !second.date?.isRelative) return undefined;
  if (second.time?.isWeak && isBareHour(second.time) && !['at', '@', ', at', 'for', 'around', ', at about'].includes(joint))
    return undefined;
  return { ...first, ...second, time: strong(time) };
}

const isBareHour = ({ from, to, part }: TimeValue) => to === undefined && part === undefined && from?.isBare === true;

function strong(time: TimeValue): TimeValue {
  const { isWeak: _, ...rest } = time;
  return rest;
}

function takesTime(date: DateValue): boolean {
  if (date.isImpossible) return true;
  const isDotted = date.isWeak && date.fields?.month !== undefined;
  return (date.grain === 'day' || date.isSpan === true) && !isDotted && (!date.isWeak || date.fields?.day !== undefined);
}

/** "today in one hour", "in 3 hours tomorrow" is none. */
function mergeInstant(first: Moment, second: Moment): Moment | undefined {
  const [counted, other] = first.instant ? [first, second] : [second, first];
  return other.date?.isRelative && !other.time && !other.instant && other.date.grain === 'day' ? counted : undefined;
}

/** "later than 9:30 but before 11:00" */
function mergeBounds(first: Moment, second: Moment): Moment | undefined {
  const { from, to } = first.time ?? {};
  if (!first.time || !second.time || to !== null || !from || second.time.from !== null || !second.time.to) return undefined;
  return { ...first, ...second, time: { from, to: second.time.to } };
}

function mergeTimes(first: TimeValue, second: TimeValue, joint: string): TimeValue | undefined {
  const isPart = (time: TimeValue) =>
    time.part !== undefined && time.from === undefined && time.to === undefined && !time.part.includes(':');
  if (isPart(first) === isPart(second)) return undefined;
  const [part, exact] = isPart(first) ? [first, second] : [second, first];
  if (exact.part || (isBareHour(exact) && exact.isWeak && exact === second && !['at', '@', ', at', 'around', 'for'].includes(joint)))
    return undefined;
  return { ...strong(exact), ...(part.part ? { part: part.part } : {}) };
}

const isWeekday = ({ fields }: DateValue) =>
  fields?.weekday !== undefined && fields.day === undefined && fields.month === undefined && fields.year === undefined;
const SIZE = { day: 0, week: 1, month: 2, long: 3 };

function mergeDates(first: DateValue, second: DateValue, joint: string): DateValue | undefined {
  if (['at', '@', 'for', 'around', '.', ':', 't'].includes(joint)) return undefined;
  const [small, large] = SIZE[first.grain] <= SIZE[second.grain] ? [first, second] : [second, first];
  if (joint === 'from' && !(isWeekday(first) && second.grain === 'week')) return undefined;
  if (isWeekday(first) && second.isSpan) return second;
  const years = first.years ?? second.years;
  const dated = years === undefined ? undefined : afterYears(first.years === undefined ? first : second, years);
  if (dated) return dated;
  if (small.grain === 'day' && large.grain === 'day') return mergeDays(first, second, joint);
  if (small.isSpan || large.isSpan || small.isUnresolved || large.isUnresolved) return undefined;
  if (small.grain === large.grain || (large.isWeak && large.fields?.year === undefined)) return undefined;
  if (small.which && small.which !== 'this') return undefined;
  if (large.which === undefined && !large.isRelative && !large.fields?.year && small.fields?.weekday === undefined) return undefined;
  if (isWeekday(small) && large.grain !== 'week' && joint !== 'of' && joint !== 'in') return undefined;
  if (large.grain === 'long' && large.isRelative && large.which === undefined) return undefined;
  return within(small, large);
}

function mergeDays(first: DateValue, second: DateValue, joint: string): DateValue | undefined {
  const one = first.fields;
  const two = second.fields;
  if (one && two) {
    const [weekday, date] = isWeekday(first) ? [one, two] : [two, one];
    const isPair = weekday.weekday !== undefined && weekday.day === undefined && date.weekday === undefined && date.day !== undefined;
    return isPair ? calendarDate({ ...date, ...weekday }) : undefined;
  }
  // "in 3 days on Friday", "Monday two weeks from now": the weekday of that week.
  const [weekday, counted] = isWeekday(first) ? [first, second] : [second, first];
  if (isWeekday(weekday) && counted.isRelative && !counted.fields) return sameWeek(counted, weekday);
  // "tomorrow, 13 April": the written date counts.
  if (first.isRelative && two?.day !== undefined && [',', ', the', '', '-', '('].includes(joint)) return second;
  return one?.day !== undefined && second.isRelative && [',', '('].includes(joint) ? first : undefined;
}

/** "March in two years": the one of that year. */
function afterYears({ first, grain, fields, which }: DateValue, years: number): DateValue | undefined {
  if (!first || which || fields?.year !== undefined || (fields?.month === undefined && fields)) return undefined;
  return { grain, isRelative: true, find: ({ today }) => first(toDay(fromDay(today).year + years, 1, 1)) };
}

function sameWeek(counted: DateValue, weekday: DateValue): DateValue {
  return {
    grain: 'day',
    isRelative: true,
    find: (frame) => {
      const found = counted.find(frame);
      const wanted = weekday.fields?.weekday;
      if (!found || wanted === undefined) return undefined;
      const monday = found.start - ((((found.start + 3) % 7) + 7) % 7);
      const day = monday + wanted - 1;
      return { start: day, end: day + 1 };
    },
  };
}
