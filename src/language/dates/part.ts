import { addMonths } from './calendar.ts';
import { monthPhrase } from './calendar-date.ts';
import type { DateValue, Days } from './day.ts';
import { container } from './nth.ts';
import { dictionary, either, longest, map, maybe, memo, type Parser, phrase, rule } from './parser.ts';
import { type PeriodUnit, periodBy } from './period.ts';
import { periodPhrase } from './period-phrase.ts';

type PartName = 'beginning' | 'middle' | 'end' | 'first-half' | 'second-half';

const isYear = ({ start, end }: Days) => end - start >= 360;
const isMonth = ({ start, end }: Days) => end - start >= 28 && end - start <= 31;

/** A week has three days at each end, a month ten days to each third, a year its first quarter and its last third. */
function partOf(name: PartName, { start, end }: Days): Days {
  const length = end - start;
  if (name === 'first-half' || name === 'second-half') {
    const middle = isYear({ start, end }) ? addMonths(start, 6) : start + Math.floor(length / 2);
    return name === 'first-half' ? { start, end: middle } : { start: middle, end };
  }
  if (isYear({ start, end })) {
    if (name === 'beginning') return { start, end: addMonths(start, 3) };
    return name === 'middle' ? { start: addMonths(start, 4), end: addMonths(start, 8) } : { start: addMonths(start, 8), end };
  }
  const third = isMonth({ start, end }) ? 10 : length === 7 ? 3 : Math.round(length / 3);
  if (name === 'beginning') return { start, end: start + third };
  if (name === 'middle') return { start: start + third, end: length === 7 ? end - third : start + 2 * third };
  return { start: isMonth({ start, end }) ? start + 20 : end - third, end };
}

function part(name: PartName, outer: DateValue): DateValue | undefined {
  if (outer.grain === 'day' || outer.isUnresolved) return undefined;
  return {
    grain: 'long',
    ...(outer.which ? { which: outer.which } : {}),
    ...(name === 'end' ? { isEnd: true as const } : {}),
    find: (frame) => {
      const stretch = outer.find(frame);
      return stretch && partOf(name, stretch);
    },
  };
}

const the = maybe(phrase('the'));
const partName: Parser<PartName> = either<PartName>(
  map(phrase('beginning | start | early part | early days | first part'), () => 'beginning'),
  map(phrase('middle | mid'), () => 'middle'),
  map(phrase('end | close | latter part | late part | last part | tail end'), () => 'end'),
  map(phrase('first half | 1st half'), () => 'first-half'),
  map(phrase('second half | 2nd half | latter half | last half'), () => 'second-half'),
);
const adjective: Parser<PartName> = either<PartName>(
  map(phrase('early | early in | earlier in | earlier'), () => 'beginning'),
  map(phrase('mid | mid -'), () => 'middle'),
  map(phrase('late | late in'), () => 'end'),
);

const abbreviated: Parser<DateValue> = rule(
  [
    the,
    dictionary<readonly [PartName, PeriodUnit]>([
      ['eow', ['end', 'week']],
      ['eom', ['end', 'month']],
      ['eoq', ['end', 'quarter']],
      ['eoy', ['end', 'year']],
      ['bom', ['beginning', 'month']],
      ['boy', ['beginning', 'year']],
    ]),
  ],
  (_, [name, unit]) => part(name, periodBy('this', unit)),
);

/** "earlier this month", "later this week": what is behind and what is left of it; the halves of what is not running. */
const side = rule(
  [phrase('earlier | later | sooner'), maybe(phrase('in | on in')), either<DateValue>(periodPhrase)],
  (word, _, outer): DateValue | undefined =>
    outer.grain === 'day' || outer.isUnresolved
      ? undefined
      : {
          grain: 'long',
          find: (frame) => {
            const stretch = outer.find(frame);
            if (!stretch) return undefined;
            const isWeek = stretch.end - stretch.start <= 7;
            const isRunning = stretch.start <= frame.today && frame.today < stretch.end;
            if (isRunning && isWeek)
              return word === 'later'
                ? { start: frame.today, end: stretch.end }
                : { start: stretch.start, end: Math.max(frame.today, stretch.start + 1) };
            return partOf(word === 'later' ? 'second-half' : 'first-half', stretch);
          },
        },
);

/** A part of a longer stretch: "the end of April", "early March", "the first half of the year", "EOM". */
export const partPhrase: Parser<DateValue> = memo(
  longest<DateValue>(
    rule([the, partName, maybe(phrase('of | of around | - | of about')), container], (_, name, _of, outer) => part(name, outer)),
    rule([adjective, either(monthPhrase, periodPhrase)], (name, outer) => part(name, outer)),
    abbreviated,
    side,
  ),
);
