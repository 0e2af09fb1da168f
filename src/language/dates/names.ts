import { dictionary, either, map, maybe, type Parser, phrase, rule } from './parser.ts';

export const MONTHS: readonly (readonly string[])[] = [
  ['january', 'janurary', 'jan'],
  ['february', 'febuary', 'feb'],
  ['march', 'mar'],
  ['april', 'apr'],
  ['may'],
  ['june', 'jun'],
  ['july', 'jul'],
  ['august', 'aug'],
  ['september', 'sept', 'sep'],
  ['october', 'oct'],
  ['november', 'nov'],
  ['december', 'dec'],
];

export const WEEKDAYS: readonly (readonly string[])[] = [
  ['monday', 'modnay', 'munday', 'mon'],
  ['tuesday', 'tuseday', 'tue', 'tues'],
  ['wednesday', 'wednsday', 'wensday', 'wendsday', 'wed', 'weds'],
  ['thursday', 'thrusday', 'thusday', 'thurday', 'thu', 'thur', 'thurs'],
  ['friday', 'firday', 'fri'],
  ['saturday', 'saterday', 'sat'],
  ['sunday', 'sun'],
];

const numbered = (names: readonly (readonly string[])[]) =>
  names.flatMap((spellings, index) => spellings.map((name): [string, number] => [name, index + 1]));

const dot = maybe(phrase('.'));
const abbreviated =
  (name: Parser<number>): Parser<number> =>
  (source, at) => {
    const parsed = name(source, at);
    if (!parsed) return undefined;
    const dotted = dot(source, parsed.end);
    const short = (source.tokens[at]?.text.length ?? 9) <= 5;
    const next = dotted && source.tokens[dotted.end];
    return short && dotted && next && dotted.end > parsed.end && source.tokens[parsed.end]?.isJoined
      ? { ...parsed, end: dotted.end }
      : parsed;
  };

/** 1 to 12 */
export const monthName: Parser<number> = abbreviated(dictionary(numbered(MONTHS)));

/** ISO: Monday is 1, Sunday is 7. */
export const weekdayName: Parser<number> = abbreviated(dictionary(numbered(WEEKDAYS)));

/** "Mondays" */
export const weekdayPlural: Parser<number> = dictionary(
  WEEKDAYS.flatMap(([name = ''], index): [string, number][] => [
    [`${name}s`, index + 1],
    [`${name.slice(0, 3)}s`, index + 1],
  ]),
);

/** "this | coming": which one of several a phrase points at, in steps from the current one. */
export type Which = 'this' | 'next' | 'coming' | 'last' | 'after-next' | 'before-last';

const the = maybe(phrase('the'));

export const which: Parser<Which> = rule(
  [
    the,
    either<Which>(
      map(phrase('this coming | this next | this upcoming | coming | upcoming | the coming'), () => 'coming'),
      map(phrase('this last | this past | last | past | previous | prior | preceding'), () => 'last'),
      map(phrase('next | following | subsequent'), () => 'next'),
      map(phrase('this very | this current | this same | this | current | present | same | very same'), () => 'this'),
    ),
  ],
  (_, found) => found,
);
