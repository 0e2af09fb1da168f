import { type DateValue, oneDay } from './day.ts';
import { dictionary, either, map, maybe, memo, type Parser, phrase, rule, unless } from './parser.ts';

/** So many days after today. */
export function daysFromToday(days: number): DateValue {
  return { grain: 'day', isRelative: true, find: ({ today }) => oneDay(today + days) };
}

const the = maybe(phrase('the'));

/** today, tomorrow, yesterday and the days beyond */
export const relativeDay: Parser<DateValue> = memo(
  either(
    rule([the, phrase('last day'), unless(phrase('for | of | to | at | on | in'))], () => daysFromToday(-1)),
    rule(
      [
        the,
        dictionary<DateValue>([
          ...days(
            0,
            "today | to day | todays | this day | the current date | current date | today's date | otd | this date | same day | this very day",
          ),
          ...days(1, 'tomorrow | tomorrows | tmrw | tmw | tmr | tom | tommorow | tommorrow | tomorow | tomorrw | 2morrow | next day'),
          ...days(-1, 'yesterday | yesterdays | ystdy'),
          ...days(2, 'day after tomorrow | day after tmrw | overmorrow | day following tomorrow'),
          ...days(-2, 'day before yesterday | ereyesterday'),
        ]),
      ],
      (_, date) => date,
    ),
  ),
);

function days(offset: number, names: string): [string, DateValue][] {
  return names.split('|').map((name) => [name.trim().replace(/'s$/, ''), daysFromToday(offset)]);
}

/** A moment that is counted from now, to the second. */
export type Instant = (frame: Parameters<DateValue['find']>[0]) => number | undefined;

/** now, right now, at the moment */
export const nowPhrase: Parser<Instant> = memo(
  map(
    phrase(
      'now | right now | just now | at the moment | at this moment | at present | atm | immediately | right away | straight away | this instant | at once | at this very moment | presently',
    ),
    (): Instant =>
      ({ now }) =>
        now,
  ),
);
