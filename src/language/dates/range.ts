import { type Amount, amount } from './amount.ts';
import { datePhrase } from './date.ts';
import { type DateValue, type Days, lastBefore } from './day.ts';
import type { Frame } from './frame.ts';
import { aroundNow, fromHere, type Moment, momentPhrase } from './moment.ts';
import { yearDigits } from './number.ts';
import { either, longest, map, maybe, memo, type Parser, pattern, phrase, rule, unless } from './parser.ts';
import { recurrence } from './recurrence.ts';

/** What a phrase turned out to be, before it is settled against now. */
export type Meaning =
  | { readonly type: 'moment'; readonly moment: Moment }
  /** Open to one side: "since Monday", "by Friday". `isOutside` leaves the day itself out ("before", "after"). */
  | {
      readonly type: 'bounded';
      readonly moment: Moment;
      readonly side: 'from' | 'to';
      readonly isOutside: boolean;
      readonly isDeadline?: true;
      /** Looks back: "since Monday" means the last one. */
      readonly isSince?: true;
    }
  | { readonly type: 'range'; readonly from: Moment; readonly to: Moment }
  | { readonly type: 'lasting'; readonly from: Moment; readonly length: Amount }
  | { readonly type: 'around-now'; readonly length: Amount; readonly sign: 1 | -1 }
  | { readonly type: 'duration'; readonly amount: Amount }
  | { readonly type: 'set'; readonly timex: string };

const to = phrase(
  'to | - | – | — | until | till | til | through | thru | ~ | up to | up until | untill | to the | through to | until the | till the',
);
const opening = maybe(phrase('from | between | starting | starting from | from the | between the | in'));

const year = map(yearDigits, (value): Moment => ({ date: yearDate(value) }));

function yearDate(value: number): DateValue {
  return { grain: 'long', fields: { year: value }, find: () => yearDays(value) };
}

function yearDays(value: number): Days {
  const start = daysBefore(value);
  return { start, end: daysBefore(value + 1) };
}

const daysBefore = (value: number) =>
  (value - 1970) * 365 + Math.floor((value - 1969) / 4) - Math.floor((value - 1901) / 100) + Math.floor((value - 1601) / 400);

const side: Parser<Moment> = momentPhrase;
const dateSide: Parser<Moment> = map(datePhrase, (date) => ({ date }));

function range(from: Moment, last: Moment): Meaning | undefined {
  if (isMere(from) || isMere(last)) return undefined;
  if (from.time && !from.date && last.date && !last.time) return undefined;
  if (from.date && !from.time && last.date && last.time?.to !== undefined) return undefined;
  if (isTimeOnly(from) !== isTimeOnly(last) && !(last.date && from.time) && !from.isNow && !last.isNow) return undefined;
  return { type: 'range', from, to: last };
}

const isTimeOnly = ({ date, time }: Moment) => Boolean(time) && !date;
/** A number that nothing marks as a day or a time. */
function isMere({ date, time, zone }: Moment): boolean {
  return Boolean((date?.isWeak && !time && zone === undefined && date.fields?.day === undefined) || (time?.isWeak && !date));
}

const rangePhrase: Parser<Meaning> = longest<Meaning>(
  rule([opening, side, maybe(phrase(',')), to, side], (_, from, _comma, _to, last) => range(from, last)),
  rule([opening, dateSide, to, dateSide], (_, from, _to, last) => range(from, last)),
  rule([phrase('between | from | between the | in between'), side, phrase('and | and the'), side], (word, from, _and, last) =>
    word.startsWith('from') ? undefined : range(from, last),
  ),
  rule([maybe(phrase('from | between | in | between the years | from the year')), year, phrase('~'), year], (_, from, _to, last) =>
    range(from, last),
  ),
  rule(
    [phrase('from | between | in | from the year | during'), year, phrase('to | - | – | — | until | till | through | ~'), year],
    (_, from, _to, last) => range(from, last),
  ),
  rule([phrase('between | between the years'), year, phrase('and'), year], (_, from, _to, last) => range(from, last)),
  rule(
    [pattern(/(?<![\d/.-])((?:19|20)\d\d)(?=\s?[-–]\s?(?:19|20)\d\d(?![\d/-]))/u, ([text]) => Number(text)), phrase('- | –'), yearDigits],
    (from, _, last) => (from < last ? range({ date: yearDate(from) }, { date: yearDate(last) }) : undefined),
  ),
);

const since = phrase(
  'since | starting | starting on | starting from | beginning | beginning on | from | as early as | as of | effective | no earlier than | not before | any time from | anytime from | from and including',
);
const after = phrase('after | later than | any time after | anytime after | sometime after | greater than | not until | beyond');
const deadline = phrase('by | by the | due by');
const until = phrase(
  'until | till | til | through | thru | up to | up until | no later than | not later than | as late as | ending | ending on | to | due',
);
const before = phrase(
  'before | earlier than | prior to | ahead of | sometime before | anytime before | any time before | less than | sometimes before',
);
const onward = phrase('onwards | onward | on wards | or later | and later | or after | and onwards | and beyond | and greater | on');
const orBefore = phrase('or earlier | or before | and before | and earlier');

const bounded = (moment: Moment, sideOf: 'from' | 'to', isOutside: boolean): Meaning | undefined =>
  moment.time?.from === null || moment.time?.to !== undefined || (moment.time?.isWeak && !moment.date)
    ? undefined
    : { type: 'bounded', moment, side: sideOf, isOutside };

const yearOnly = rule([maybe(phrase('the year | year')), yearDigits], (_, value): Moment => ({ date: yearDate(value) }));
const place = longest(side, yearOnly);

const boundedPhrase: Parser<Meaning> = longest<Meaning>(
  rule([since, place], (word, moment) => {
    const found = word === 'from' ? undefined : bounded(moment, 'from', false);
    return found?.type === 'bounded' && word === 'since' ? { ...found, isSince: true } : found;
  }),
  rule([after, place], (_, moment) => bounded(moment, 'from', true)),
  rule([until, place], (word, moment) =>
    word === 'to' || (/^due$/.test(word) && !moment.date) ? undefined : bounded(moment, 'to', false),
  ),
  rule([deadline, place], (_, moment) => {
    const found = bounded(moment, 'to', false);
    return found?.type === 'bounded' ? { ...found, isDeadline: true } : found;
  }),
  rule([before, place], (_, moment) => bounded(moment, 'to', true)),
  rule([maybe(phrase('from')), place, onward], (word, moment, tail) =>
    tail === 'on' && !word ? undefined : bounded(moment, 'from', false),
  ),
  rule([place, orBefore], (moment) => bounded(moment, 'to', false)),
);

/** "10 days from December 18th", "a week starting tomorrow", "from Monday for 3 days" */
const lastingPhrase: Parser<Meaning> = longest<Meaning>(
  rule(
    [maybe(phrase('for')), amount, phrase('starting | starting from | starting on | beginning | beginning on | from | commencing'), side],
    (opened, length, word, from) => (from.date && (opened || word !== 'from') ? { type: 'lasting', from, length } : undefined),
  ),
  rule([phrase('from | starting | starting on | beginning'), side, phrase('for'), amount], (_, from, _for, length) =>
    from.date || from.time?.from ? { type: 'lasting', from, length } : undefined,
  ),
);

/** Everything that one phrase can be; the longest reading is meant. */
export const meaning: Parser<Meaning> = memo(
  longest<Meaning>(
    recurrence,
    map(momentPhrase, (moment) => ({ type: 'moment', moment })),
    rangePhrase,
    lastingPhrase,
    boundedPhrase,
    rule([phrase('after'), amount], (_, length) => ({ type: 'bounded', moment: fromHere(length, 1), side: 'from', isOutside: false })),
    map(aroundNow, ({ length, sign }) => ({ type: 'around-now', length, sign })),
    rule([phrase('for | lasting | takes | taking'), amount, unless(phrase('past | after | to | before | till | of'))], (_, length) => ({
      type: 'duration',
      amount: length,
    })),
    map(phrase('for the hour'), () => ({ type: 'duration', amount: { hour: 1 } })),
    map(phrase('all day | all day long | the whole day | the entire day'), () => ({ type: 'duration', amount: { day: 1 } })),
    map(phrase('all week | all week long'), () => ({ type: 'duration', amount: { week: 1 } })),
    map(phrase('within the hour'), () => ({ type: 'around-now', length: { hour: 1 }, sign: 1 })),
    map(phrase('as soon as possible | asap'), () => ({
      type: 'bounded',
      moment: { instant: ({ now }: Frame) => now, isNow: true },
      side: 'from',
      isOutside: false,
    })),
    rule([maybe(either(phrase('more than'), phrase('less than'))), amount], (_, length) => ({ type: 'duration', amount: length })),
  ),
);

/** The first and last day of a stretch said by its ends: each end is looked for where the other one needs it. */
export function settleEnds(from: DateValue, last: DateValue, frame: Frame): { first: Days; last: Days } | undefined {
  const isCalendar = (date: DateValue) =>
    date.fields?.month !== undefined || (date.fields?.day !== undefined && date.fields.weekday === undefined);
  if (
    from.first &&
    isCalendar(from) &&
    from.fields?.year === undefined &&
    !from.which &&
    frame.conventions.direction === 'future' &&
    (isCalendar(last) || last.first) &&
    (last.fields?.month !== undefined || from.fields?.month === undefined)
  ) {
    const end = last.find(frame);
    const start = end && lastBefore(from.first, end.start + 1, 800);
    if (start && end && (start.start >= frame.today || end.end > frame.today || last.fields?.year !== undefined))
      return { first: start, last: end };
  }
  if (
    from.first &&
    isCalendar(from) &&
    !from.which &&
    from.fields?.year === undefined &&
    (last.fields?.year !== undefined || last.isRelative)
  ) {
    const end = last.find(frame);
    const start = end && lastBefore(from.first, end.start + 1, 800);
    return start && end && { first: start, last: end };
  }
  const start = from.find(frame);
  if (!start) return undefined;
  const end = last.find(last.isRelative ? frame : { ...frame, anchor: start.start });
  return end && { first: start, last: end };
}
