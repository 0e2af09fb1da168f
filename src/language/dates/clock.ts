import { digits, smallNumberWord } from './number.ts';
import { ahead, dictionary, either, joined, longest, map, maybe, memo, type Parser, pattern, phrase, rule, unless } from './parser.ts';

/** A time of day in seconds after midnight (24:00 is the end of the day). */
export interface ClockTime {
  readonly second: number;
  /** Twelve-hour figures without "am" or "pm": it may as well be twelve hours later. */
  readonly isOpen: boolean;
  /** A mere number ("9"): a time only where its neighbours say so. */
  readonly isBare?: true;
  /** The name of the day part it came from: noon, midnight. */
  readonly part?: string;
}

type Half = 'am' | 'pm';

const HOUR = 3600;

function toClock(hour: number, minute: number, second: number, half: Half | undefined): ClockTime | undefined {
  if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && (minute || second))) return undefined;
  if (!half) return { second: hour * HOUR + minute * 60 + second, isOpen: hour >= 1 && hour <= 12 };
  if (hour > 12 && half === 'am') return undefined;
  if (hour > 23 || (hour === 0 && half === 'pm')) return undefined;
  const full = hour > 12 ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  return { second: full * HOUR + minute * 60 + second, isOpen: false };
}

/** "am", "p.m.", "a m", "p" */
const half: Parser<Half> = pattern(/([ap])(?:\s?\.?\s?m\b(?:\s?\.(?!\d))?|\.(?=\s|$)|\b(?!['’.\w]))/iu, ([, letter]) =>
  letter?.toLowerCase() === 'a' ? 'am' : 'pm',
);
const spacedHalf: Parser<Half> = pattern(/([ap])\s?\.?\s?m\b(?:\s?\.(?!\d))?/iu, ([, letter]) =>
  letter?.toLowerCase() === 'a' ? 'am' : 'pm',
);
const looseHalf: Parser<Half> = either(
  rule([maybe(phrase('.')), joined, half], (_dot, _joined, value) => value),
  rule([maybe(phrase('.')), spacedHalf], (_, value) => value),
);
const ish = maybe(rule([maybe(phrase('-')), phrase('ish')], (_dash, word) => word));

/** 14:15, 14:15:30, 3:15pm */
const colon: Parser<ClockTime> = rule(
  [
    pattern(
      /(?<!\d|(?<!\d)\d{1,2}:|(?<!\d{3})\d[.,])([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,6})?)?(?![\d:]|\.\d)/u,
      ([text, hour, minute, second]) => ({
        text,
        hour,
        minute,
        second,
      }),
    ),
    ish,
    maybe(phrase('h | hrs | hours')),
    maybe(looseHalf),
  ],
  ({ text, hour, minute, second }, _ish, _hours, given) => {
    const clock = toClock(Number(hour), Number(minute), Number(second ?? 0), given);
    return clock && { ...clock, isOpen: clock.isOpen && !/^0/.test(text) };
  },
);

/** 8.30pm, "at 6.45": figures with a point need a half or a word that asks for a time. */
const point = pattern(/(?<![\d:.,$€£])([01]?\d|2[0-3])\.([0-5]\d)(?![\d:%]|\.\d)/u, ([, hour, minute]) =>
  toClock(Number(hour), Number(minute), 0, undefined),
);
const pointWithHalf = rule([point, looseHalf], (clock, given) => withHalf(clock, given));
const pointAsked = rule([phrase('at | @ | around | about | by | until | till'), point], (_, clock) => clock);

function withHalf(clock: ClockTime, given: Half | undefined): ClockTime | undefined {
  if (!given) return clock;
  return toClock(Math.floor(clock.second / HOUR), Math.floor(clock.second / 60) % 60, clock.second % 60, given);
}

/** 15h, 15h30 */
const french = pattern(/(?<![\d:.,])([01]?\d|2[0-3])h([0-5]\d)?(?![\d\p{L}])/iu, ([, hour, minute]) => {
  const clock = toClock(Number(hour), Number(minute ?? 0), 0, undefined);
  return clock && { ...clock, isOpen: false };
});

/** 3pm, 1140 a.m., "9 in figures or words, am" */
const hourOrHourMinute = pattern(/(?<![\d:.,$€£])(\d{1,2}?)(\d\d)?(?![\d:.,]\d|\d)/u, ([, hour, minute]) => ({
  hour: Number(hour),
  minute: Number(minute ?? 0),
}));
const withMeridiem: Parser<ClockTime> = either(
  rule([hourOrHourMinute, ish, looseHalf], ({ hour, minute }, _, given) => (hour > 12 ? undefined : toClock(hour, minute, 0, given))),
  rule([smallNumberWord, unless(joined), maybe(phrase('-')), spacedHalf], (hour, _joined, _dash, given) =>
    hour <= 12 ? toClock(hour, 0, 0, given) : undefined,
  ),
);

/** 0730 */
const military = pattern(
  /(?<![\d:.,$€£]|\d\s)(0\d|1\d|2[0-3])([0-5]\d)(?:\s?(?:hours|hrs|h))?(?![\d:.,]\d|\d)/iu,
  ([text, hour, minute]) => (/^0|h/i.test(text) ? { second: Number(hour) * HOUR + Number(minute) * 60, isOpen: false } : undefined),
);
const militaryAsked = rule(
  [
    phrase('at | @'),
    pattern(/([01]\d|2[0-3])([0-5]\d)(?!\d|[.,]\d)/u, ([, hour, minute]) => ({
      second: Number(hour) * HOUR + Number(minute) * 60,
      isOpen: false,
    })),
  ],
  (_, clock) => clock,
);

const minuteWord = either(
  rule([phrase('oh | o'), maybe(phrase('-')), smallNumberWord], (_, _dash, value) => (value < 10 ? value : undefined)),
  map(smallNumberWord, (value) => (value >= 10 && value <= 59 ? value : undefined)),
);
const dash = maybe(phrase('-'));
/** "nine fifty-nine", "twelve oh three": the hour and the minutes in words. */
export const spokenClock: Parser<ClockTime> = rule([smallNumberWord, dash, minuteWord, maybe(spacedHalf)], (hour, _, minute, given) =>
  hour <= 12 ? toClock(hour, minute, 0, given) : undefined,
);

const hourFigure = map(either(digits, smallNumberWord), (hour) => (hour >= 0 && hour <= 23 ? hour : undefined));
const oclock = rule([hourFigure, phrase("o'clock | oclock | o clock | o' clock | clock"), maybe(looseHalf)], (hour, _, given) =>
  toClock(hour, 0, 0, given),
);

/** Noon and midnight; what midnight closes, and where noon lies, is a setting. */
const named: Parser<ClockTime> = rule(
  [
    maybe(phrase('12')),
    dictionary<ClockTime>([
      ...['noon', 'midday', 'mid day', 'noonish', 'noon ish', 'high noon', 'twelve noon'].map((name): [string, ClockTime] => [
        name,
        { second: 12 * HOUR, isOpen: false, part: 'noon' },
      ]),
      ...['midnight', 'mid night', 'twelve midnight'].map((name): [string, ClockTime] => [
        name,
        { second: 0, isOpen: false, part: 'midnight' },
      ]),
    ]),
  ],
  (_, clock) => clock,
);

/** A number as an hour; the neighbours decide whether it is one. */
export const bareHour: Parser<ClockTime> = rule(
  [
    either(
      pattern(/(?<![\d:.,$€£#/])\d{1,2}(?![\d:/%°]|[.,]\d)/u, ([text]) => Number(text)),
      smallNumberWord,
    ),
    ish,
  ],
  (hour) => {
    const clock = hour <= 24 ? toClock(hour, 0, 0, undefined) : undefined;
    return clock && { ...clock, isBare: true as const };
  },
);
const ishHour = rule([either(digits, smallNumberWord), maybe(phrase('-')), phrase('ish')], (hour) =>
  hour <= 12 ? toClock(hour, 0, 0, undefined) : undefined,
);
/** "150ish": figures of hour and minutes, "at 3 15" */
const looseFigures = either(
  rule([hourOrHourMinute, maybe(phrase('-')), phrase('ish')], ({ hour, minute }) => toClock(hour, minute, 0, undefined)),
  rule(
    [phrase('at | @'), digits, pattern(/[0-5]\d(?![\d:.,]\d|\d|\s?(?:th|st|nd|rd|min|hour|day|week|people))/u, ([text]) => Number(text))],
    (_, hour, minute) => (hour <= 24 ? toClock(hour, minute, 0, undefined) : undefined),
  ),
);

const hourOfPast: Parser<ClockTime> = longest(withMeridiem, oclock, named, french, colon, bareHour);
const minutes = either(
  rule([either(digits, smallNumberWord), phrase('minutes | minute | mins | min')], (value) => ({ value, isCertain: true })),
  map(phrase('a quarter | quarter | one quarter'), () => ({ value: 15, isCertain: true })),
  map(phrase('half a | half | a half'), () => ({ value: 30, isCertain: true })),
  map(either(digits, smallNumberWord), (value) => ({ value, isCertain: false })),
);

/** "half past nine", "a quarter to noon", "20 minutes to 2pm", "ten past 9" */
const relative: Parser<ClockTime> = longest(
  rule([minutes, phrase('past | after'), hourOfPast], ({ value, isCertain }, _, hour) =>
    value < 60 && (isCertain || value % 5 === 0 || value > 24)
      ? { second: (hour.second + value * 60) % 86_400, isOpen: hour.isOpen }
      : undefined,
  ),
  rule([minutes, phrase('to | before | till | til | of'), hourOfPast], ({ value, isCertain }, word, hour) => {
    if (value > 59 || !(isCertain || (word === 'to' && value > 12 && hour.isBare && value % 5 === 0))) return undefined;
    return { second: (hour.second - value * 60 + 86_400) % 86_400, isOpen: hour.isOpen };
  }),
  rule([phrase('half'), hourFigure, ahead(unless(phrase('hour | hours | day | days')))], (_, hour) => toClock(hour, 30, 0, undefined)),
);

/** A time that needs no neighbour: 3pm, 14:15, noon, half past nine, nine o'clock, "at 6.45". */
export const clockTime: Parser<ClockTime> = memo(
  longest(
    colon,
    pointWithHalf,
    withMeridiem,
    oclock,
    named,
    relative,
    french,
    rule([spokenClock, ahead(noMore())], (clock) => clock),
    military,
    ishHour,
  ),
);

/** "ten thirty" stands alone only with a half of the day or at the end of what is said; a number behind it makes it a count. */
function noMore(): Parser<unknown> {
  return unless(either<unknown>(smallNumberWord, digits, phrase('percent | % | hundred | thousand | million')));
}

/** 1030 beside another time: "0900-1030". */
export const fourFigures: Parser<ClockTime> = pattern(/(?<![\d:.,$€£])(0\d|1[0-8]|2[1-3])([0-5]\d)(?![:.,]\d|\d)/u, ([, hour, minute]) => ({
  second: Number(hour) * HOUR + Number(minute) * 60,
  isOpen: false,
  isBare: true,
}));

/** Figures that only "at" makes a time: "at 3 15", "at 1530", "at 6.45". */
export const askedClock: Parser<ClockTime> = longest(looseFigures, militaryAsked, pointAsked);

/** 6.45 behind a day: "Monday 2.30" */
export const pointClock: Parser<ClockTime> = map(point, (clock) => ({ ...clock, isOpen: clock.isOpen }));
