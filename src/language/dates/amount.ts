import { count, digitNumber, digits, numberWord, smallNumberWord } from './number.ts';
import { ahead, dictionary, either, joined, longest, map, maybe, memo, type Parsed, type Parser, pattern, phrase, rule } from './parser.ts';

export type AmountUnit = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'businessDay' | 'weekend';

/** A length of time by unit: { hour: 1, minute: 30 }. */
export type Amount = Readonly<Partial<Record<AmountUnit, number>>>;

interface Unit {
  readonly unit: AmountUnit;
  readonly times: number;
}

const unitOf = (names: string, unit: AmountUnit, times = 1) =>
  names.split('|').map((name): [string, Unit] => [name.trim(), { unit, times }]);

const UNITS: readonly [string, Unit][] = [
  ...unitOf('second | seconds | sec | secs', 'second'),
  ...unitOf('minute | minutes | min | mins', 'minute'),
  ...unitOf('hour | hours | hr | hrs', 'hour'),
  ...unitOf('day | days | night | nights | calendar day | calendar days', 'day'),
  ...unitOf(
    'business day | business days | working day | working days | workday | workdays | work day | work days | weekday | weekdays',
    'businessDay',
  ),
  ...unitOf('week | weeks | wk | wks', 'week'),
  ...unitOf('fortnight | fortnights', 'week', 2),
  ...unitOf('weekend | weekends', 'weekend'),
  ...unitOf('month | months | mon | mos', 'month'),
  ...unitOf('quarter | quarters | qtr | qtrs', 'month', 3),
  ...unitOf('year | years | yr | yrs', 'year'),
  ...unitOf('decade | decades', 'year', 10),
  ...unitOf('century | centuries', 'year', 100),
];
const LETTERS: readonly [string, Unit][] = [
  ...unitOf('s', 'second'),
  ...unitOf("m | '", 'minute'),
  ...unitOf('h', 'hour'),
  ...unitOf('d', 'day'),
  ...unitOf('w', 'week'),
  ...unitOf('y', 'year'),
];

const dot = maybe(phrase('.'));
/** A unit by its word. */
export const unitName: Parser<Unit> = rule([dictionary(UNITS), maybe(dotBeforeWord())], (unit) => unit);
/** "5 min. ago": the point of an abbreviation, not of a sentence. */
function dotBeforeWord(): Parser<string> {
  return rule(
    [joined, phrase('.'), ahead(phrase('ago | from | before | after | later | earlier | long | meeting | call | and'))],
    (_, point) => point,
  );
}

/** One letter right behind the digits: "3h"; seconds as in 5". */
const unitLetter: Parser<Unit> = rule(
  [
    joined,
    either(
      dictionary(LETTERS),
      map(phrase('"'), (): Unit => ({ unit: 'second', times: 1 })),
    ),
  ],
  (_, unit) => unit,
);

const SMALLER: Partial<Record<AmountUnit, readonly [unit: AmountUnit, times: number]>> = {
  month: ['day', 30],
  week: ['day', 7],
  day: ['hour', 24],
  hour: ['minute', 60],
  minute: ['second', 60],
};

/** So many of a unit; a fraction goes over into the next smaller one where it is whole there. */
function toAmount(value: number, { unit, times }: Unit): Amount {
  const total = value * times;
  const smaller = SMALLER[unit];
  const whole = Math.floor(total);
  if (whole === total || !smaller) return { [unit]: total };
  const rest = (total - whole) * smaller[1];
  if (Math.abs(rest - Math.round(rest)) > 1e-9) return { [unit]: total };
  return whole ? { [unit]: whole, [smaller[0]]: Math.round(rest) } : { [smaller[0]]: Math.round(rest) };
}

export function addAmounts(first: Amount, second: Amount): Amount {
  const sum: Partial<Record<AmountUnit, number>> = { ...first };
  for (const [unit, value] of entriesOf(second)) sum[unit] = (sum[unit] ?? 0) + value;
  return sum;
}

export function negate(amount: Amount): Amount {
  return Object.fromEntries(entriesOf(amount).map(([unit, value]) => [unit, -value]));
}

export function entriesOf(amount: Amount): [AmountUnit, number][] {
  return ORDER.flatMap((unit): [AmountUnit, number][] => (amount[unit] === undefined ? [] : [[unit, amount[unit] ?? 0]]));
}

const ORDER: readonly AmountUnit[] = ['year', 'month', 'week', 'weekend', 'businessDay', 'day', 'hour', 'minute', 'second'];

const of = maybe(phrase('of an | of a | of the | of'));
const half = phrase('half an | half a | half of an | half of a | a half | an half | one half | half');
const more = maybe(phrase('more | additional | extra | less | fewer | further | whole | full | solid | straight | consecutive'));
const quarters = rule(
  [
    maybe(
      either(
        smallNumberWord,
        map(phrase('a'), () => 1),
      ),
    ),
    phrase('quarter | quarters'),
  ],
  (value = 1) => value / 4,
);
const fractionWord = longest(
  map(half, () => 0.5),
  quarters,
);
const slashFraction = pattern(/(\d)\/(\d)(?![\d/])/u, ([, top, bottom]) =>
  Number(bottom) > Number(top) ? Number(top) / Number(bottom) : undefined,
);
const halfSign = pattern(/(\d{0,3})([½¼¾])/u, ([, whole, sign]) => Number(whole) + (sign === '½' ? 0.5 : sign === '¼' ? 0.25 : 0.75));

const quantity: Parser<number> = longest(
  count,
  halfSign,
  slashFraction,
  rule([count, maybe(phrase('and')), slashFraction], (whole, _, rest) => whole + rest),
  rule([count, phrase('and'), fractionWord, of], (whole, _, rest) => whole + rest),
);

const single: Parser<Amount> = longest(
  rule([quantity, more, maybe(phrase('-')), unitName], (value, _more, _dash, unit) => toAmount(value, unit)),
  rule([fractionWord, of, maybe(phrase('-')), unitName], (value, _, _dash, unit) => toAmount(value, unit)),
  rule(
    [
      slashFraction,
      of,
      either(
        unitName,
        unitLetter,
        map(phrase('h'), (): Unit => ({ unit: 'hour', times: 1 })),
      ),
    ],
    (value, _, unit) => toAmount(value, unit),
  ),
  rule([digitNumber, unitLetter, dot], (value, unit) => toAmount(value, unit)),
  rule([quantity, unitName, phrase('and'), fractionWord], (value, unit, _, rest) => toAmount(value + rest, unit)),
  rule([map(phrase('a | an'), () => 1), unitName, phrase('and'), fractionWord], (value, unit, _, rest) => toAmount(value + rest, unit)),
);

const NEXT: Partial<Record<AmountUnit, readonly AmountUnit[]>> = {
  year: ['month', 'week', 'day', 'hour'],
  month: ['week', 'day', 'hour'],
  week: ['day', 'hour', 'minute'],
  day: ['hour', 'minute', 'second'],
  hour: ['minute', 'second'],
  minute: ['second'],
};

const smallest = (amount: Amount) => entriesOf(amount).at(-1)?.[0];
const largest = (amount: Amount) => entriesOf(amount)[0]?.[0];
const separator = maybe(phrase(', and | , | and | &'));
/** "2 hours ten", "1h30": minutes without the word. */
const bareMinutes = rule([either<unknown>(phrase('and'), joined, maybe(phrase('and'))), either(digits, numberWord)], (_, value) =>
  value > 0 && value < 60 ? value : undefined,
);
const clockGlue = phrase("pm | am | p | a | o'clock | : | / | %");

/** Units that follow each other from large to small: "2 hours, 5 minutes and 30 seconds". */
function compound(source: Parameters<Parser<Amount>>[0], at: number): Parsed<Amount> | undefined {
  let parsed = single(source, at);
  while (parsed) {
    const unit = smallest(parsed.value);
    const gap = separator(source, parsed.end);
    const next = gap && single(source, gap.end);
    const nextUnit = next && largest(next.value);
    if (unit && next && nextUnit && NEXT[unit]?.includes(nextUnit)) {
      parsed = { value: addAmounts(parsed.value, next.value), end: next.end };
      continue;
    }
    const minutes: Parsed<number> | undefined = unit === 'hour' ? bareMinutes(source, parsed.end) : undefined;
    const after = minutes && source.tokens[minutes.end];
    if (minutes && !clockGlue(source, minutes.end) && !(after?.kind === 'word' && after.isJoined) && !unitName(source, minutes.end)) {
      return { value: addAmounts(parsed.value, { minute: minutes.value }), end: minutes.end };
    }
    break;
  }
  return parsed;
}

/** "3 days", "an hour and a half", "1h30", "2 years, 3 months" */
export const amount: Parser<Amount> = memo(compound);

const SECONDS: Record<AmountUnit, number> = {
  year: 31_536_000,
  month: 2_592_000,
  week: 604_800,
  weekend: 172_800,
  businessDay: 86_400,
  day: 86_400,
  hour: 3600,
  minute: 60,
  second: 1,
};

/** Months count 30 days and years 365, or twelve months where months stand beside them. */
export function toSeconds(amount: Amount): number {
  const { year, ...rest } = amount;
  if (year !== undefined && rest.month !== undefined) return toSeconds({ ...rest, month: rest.month + year * 12 });
  return entriesOf(amount).reduce((sum, [unit, value]) => sum + value * SECONDS[unit], 0);
}

/** Whether it is made of whole days, weeks, months or years. */
export function isWholeDays(amount: Amount): boolean {
  return entriesOf(amount).every(([unit, value]) => !['hour', 'minute', 'second'].includes(unit) && Number.isInteger(value));
}

/** "PT1H30M" */
export function toIso(amount: Amount): string {
  const written = (units: readonly AmountUnit[]) =>
    entriesOf(amount)
      .filter(([unit]) => units.includes(unit))
      .map(
        ([unit, value]) =>
          `${unit === 'weekend' ? value * 2 : value}${unit === 'businessDay' || unit === 'weekend' ? 'D' : unit.charAt(0).toUpperCase()}`,
      )
      .join('');
  const date = written(['year', 'month', 'week', 'weekend', 'businessDay', 'day']);
  const time = written(['hour', 'minute', 'second']);
  return `P${date}${time ? `T${time}` : ''}` === 'P' ? 'PT0S' : `P${date}${time ? `T${time}` : ''}`;
}
