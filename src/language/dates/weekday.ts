import { startOfWeek } from './calendar.ts';
import { calendarDate, choose, type DateValue, type Days, firstWith, lastBefore, oneDay } from './day.ts';
import { firstWeekday } from './frame.ts';
import { type Which, weekdayName, which } from './names.ts';
import { count } from './number.ts';
import { dictionary, longest, map, maybe, memo, type Parser, phrase, rule } from './parser.ts';

/** "this Friday", "next Friday", "last Friday" */
export function weekdayBy(pointer: Which, weekday: number): DateValue {
  const first = (from: number) => firstWith({ weekday }, from);
  const at = (find: DateValue['find']): DateValue => ({ grain: 'day', which: pointer, fields: { weekday }, first, find });
  if (pointer === 'this') return at((frame) => first(frame.anchor));
  if (pointer === 'coming') return at((frame) => first(frame.anchor + 1));
  if (pointer === 'after-next') return at((frame) => shifted(first(frame.anchor + 1), 7));
  if (pointer === 'before-last') return at((frame) => shifted(lastBefore(first, frame.anchor, 8), -7));
  return at((frame) => {
    const { conventions, anchor } = frame;
    if (pointer === 'next' && conventions.nextWeekday === 'upcoming') return first(anchor + 1);
    const week = startOfWeek(anchor, firstWeekday(frame));
    if (pointer === 'next') return first(week + 7);
    return conventions.nextWeekday === 'upcoming' ? lastBefore(first, anchor, 8) : first(week - 7);
  });
}

const shifted = (days: Days | undefined, by: number) => days && oneDay(days.start + by);

const the = maybe(phrase('the'));
const weekAfter = dictionary<number>([
  ['week', 7],
  ['fortnight', 14],
]);

/** A weekday: "Friday", "next Friday", "the Friday after next", "Friday week", "three Fridays from now". */
export const weekdayPhrase: Parser<DateValue> = memo(
  longest<DateValue>(
    rule([the, weekdayName], (_, weekday) => calendarDate({ weekday })),
    rule([which, weekdayName], (pointer, weekday) => weekdayBy(pointer, weekday)),
    rule([the, weekdayName, phrase('after next')], (_, weekday) => weekdayBy('after-next', weekday)),
    rule([the, weekdayName, phrase('before last')], (_, weekday) => weekdayBy('before-last', weekday)),
    rule([weekdayName, weekAfter], (weekday, days) => ({
      grain: 'day',
      isRelative: true,
      find: (frame) =>
        shifted(
          choose({ ...frame, conventions: { ...frame.conventions, direction: 'future' } }, (from) => firstWith({ weekday }, from), 8),
          days,
        ),
    })),
    rule([count, manyWeekdays(), phrase('from now | from today | hence')], (times, weekday) => ({
      grain: 'day',
      isRelative: true,
      find: ({ today }) => shifted(firstWith({ weekday }, today + 1), (times - 1) * 7),
    })),
    rule([count, manyWeekdays(), phrase('ago | back')], (times, weekday) => ({
      grain: 'day',
      isRelative: true,
      find: ({ today }) =>
        shifted(
          lastBefore((from) => firstWith({ weekday }, from), today, 8),
          (1 - times) * 7,
        ),
    })),
  ),
);

function manyWeekdays(): Parser<number> {
  return longest(
    weekdayName,
    map(
      dictionary(
        ['mondays', 'tuesdays', 'wednesdays', 'thursdays', 'fridays', 'saturdays', 'sundays'].map((name, index): [string, number] => [
          name,
          index + 1,
        ]),
      ),
      (weekday) => weekday,
    ),
  );
}
