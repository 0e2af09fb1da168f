import { datePhrase } from './date.ts';
import type { DateValue } from './day.ts';
import type { Moment } from './moment-value.ts';
import { either, longest, map, maybe, type Parser, phrase, rule } from './parser.ts';
import { daysFromToday, relativeDay } from './relative.ts';
import { weekdayPhrase } from './weekday.ts';

const the = maybe(phrase('the'));

/** "end of day", "close of business", "end of tomorrow": the last second, or what the conventions call the end of a day. */
export const endOfDay: Parser<Moment> = longest<Moment>(
  rule(
    [
      the,
      phrase(
        'end of the day | end of day | eod | end of business | close of business | cob | close of play | end of the business day | end of business day | end of the working day',
      ),
      maybe(
        either(
          relativeDay,
          weekdayPhrase,
          rule([phrase('on | of | ,'), datePhrase], (_, date) => date),
        ),
      ),
    ],
    (_, words, date): Moment | undefined =>
      date && date.grain !== 'day' ? undefined : ending(date ?? daysFromToday(0), /business|cob|play|work/.test(words)),
  ),
  rule([either(relativeDay, weekdayPhrase), phrase('end of day | eod | cob | close of business')], (date, words) =>
    ending(date, /business|cob/.test(words)),
  ),
  rule([the, phrase('end of | end of the'), either(relativeDay, weekdayPhrase)], (_, _end, date) => ending(date, false)),
);

function ending(date: DateValue, isBusiness: boolean): Moment {
  return { date, time: { part: isBusiness ? 'endOfBusiness' : 'endOfDay' } };
}

/** "today am", "tomorrow pm": the halves of a day as its parts. */
export const halfOfDay = rule(
  [either(relativeDay, weekdayPhrase), phrase('am | pm')],
  (date, half): Moment => ({ date, time: { part: half === 'am' ? 'morning' : 'afternoon' } }),
);

export const tonight: Parser<Moment> = longest<Moment>(
  rule([maybe(phrase('late | later | early | earlier')), phrase('tonight | tonite | this night | to night | 2nite')], (modifier) => ({
    date: daysFromToday(0),
    time: { part: modified(modifier, 'night') },
  })),
  rule([maybe(phrase('late | early')), phrase('last'), map(phrase('night | evening'), (word) => word)], (modifier, _, part) => ({
    date: daysFromToday(-1),
    time: { part: modified(modifier, part) },
  })),
  rule(
    [
      maybe(phrase('late | later | early | earlier')),
      phrase('this'),
      maybe(phrase('late | early')),
      phrase('morning | afternoon | evening'),
    ],
    (first, _, second, part) => ({
      date: daysFromToday(0),
      time: { part: modified(second ?? first, part) },
    }),
  ),
  rule(
    [phrase('early | late'), maybe(phrase('on')), either(relativeDay, weekdayPhrase), phrase('morning | afternoon | evening | night')],
    (modifier, _, date, part) => ({
      date,
      time: { part: modified(modifier, part) },
    }),
  ),
  rule([phrase('early'), maybe(phrase('on')), either(relativeDay, weekdayPhrase)], (_, _on, date) => ({
    date,
    time: { part: 'earlyMorning' },
  })),
  rule([phrase('earlier today | earlier in the day')], () => ({ date: daysFromToday(0), time: { part: 'earlier' } })),
  rule([phrase('next'), phrase('morning | afternoon | evening | night')], (_, part) => ({
    date: daysFromToday(1),
    time: { part },
  })),
  rule(
    [
      phrase(
        'later today | later in the day | later on today | later in today | the rest of the day | rest of the day | rest of today | the rest of today',
      ),
    ],
    () => ({
      date: daysFromToday(0),
      time: { part: 'later' },
    }),
  ),
);

function modified(modifier: string | undefined, part: string): string {
  return modifier ? `${modifier.startsWith('late') ? 'late' : 'early'}${part.charAt(0).toUpperCase()}${part.slice(1)}` : part;
}
