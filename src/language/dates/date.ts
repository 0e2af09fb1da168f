import { fromDay, toDay } from './calendar.ts';
import { calendarDatePhrase } from './calendar-date.ts';
import { type DateValue, firstWith } from './day.ts';
import { holidayPhrase } from './holiday.ts';
import { nthPhrase, weekOf } from './nth.ts';
import { lazy, longest, maybe, memo, type Parser, phrase, rule } from './parser.ts';
import { partPhrase } from './part.ts';
import { periodPhrase } from './period-phrase.ts';
import { relativeDay } from './relative.ts';
import { weekdayPhrase } from './weekday.ts';

const the = maybe(phrase('the'));

/** Every way to say a day or a stretch of days without a time of day. */
export const datePhrase: Parser<DateValue> = memo(
  longest<DateValue>(
    relativeDay,
    weekdayPhrase,
    nthPhrase,
    partPhrase,
    periodPhrase,
    holidayPhrase,
    calendarDatePhrase,
    rule([phrase('on'), calendarDatePhrase], (_, date) => (date.fields?.day !== undefined ? withoutWeak(date) : undefined)),
    rule([phrase('this'), calendarDatePhrase], (_, date) =>
      date.fields?.day !== undefined && date.fields.month !== undefined ? ofThisYear(date) : undefined,
    ),
    rule(
      [
        the,
        phrase('week of | week beginning | week starting | week starting on | week commencing | w / c | wc | week from | week containing'),
        the,
        lazy(() => datePhrase),
      ],
      (_, _week, _the, date) => (date.grain === 'day' ? weekOf(date) : undefined),
    ),
  ),
);

/** "this 12 May": of the running year. */
function ofThisYear(date: DateValue): DateValue {
  if (date.fields?.year !== undefined || !date.fields) return withoutWeak(date);
  const { fields } = date;
  return { grain: 'day', which: 'this', find: ({ today }) => firstWith(fields, toDay(fromDay(today).year, 1, 1)) };
}

function withoutWeak(date: DateValue): DateValue {
  const { isWeak: _, ...strong } = date;
  return strong;
}
