import { ahead, dictionary, either, joined, longest, map, maybe, type Parser, pattern, phrase, rule, token } from './parser.ts';

const ONES =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const ORDINAL_ONES =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'.split(
    ' ',
  );
const ORDINAL_TENS = 'twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth'.split(' ');

const below100: [string, number][] = [];
const ordinals: [string, number][] = [];
ONES.forEach((word, index) => {
  below100.push([word, index + 1]);
  ordinals.push([ORDINAL_ONES[index] ?? word, index + 1]);
});
TENS.forEach((word, index) => {
  const tens = (index + 2) * 10;
  below100.push([word, tens]);
  ordinals.push([ORDINAL_TENS[index] ?? word, tens]);
  for (let one = 1; one <= 9; one += 1) {
    below100.push([`${word} ${ONES[one - 1]}`, tens + one]);
    ordinals.push([`${word} ${ORDINAL_ONES[one - 1]}`, tens + one]);
  }
});

/** "seven", "twenty-four" */
export const smallNumberWord: Parser<number> = dictionary(below100);

const hundreds = rule(
  [
    either(
      smallNumberWord,
      map(phrase('a'), () => 1),
    ),
    phrase('hundred'),
    maybe(rule([maybe(phrase('and')), smallNumberWord], (_, rest) => rest)),
  ],
  (count, _, rest) => count * 100 + (rest ?? 0),
);

/** "seven", "one hundred and twenty" */
export const numberWord: Parser<number> = longest(hundreds, smallNumberWord);

/** A run of digits that is no part of a longer number ("3", not the 3 of "3.5" or "3,000"). */
export const digits: Parser<number> = pattern(/(?<![\d][.,])\d{1,6}(?![.,]\d|\d)/u, ([text]) => Number(text));

/** "3", "3.5", "1,200" */
export const digitNumber: Parser<number> = pattern(/(?<!\d[.,])(?:\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.\d{1,6})?/u, ([text]) =>
  Number(text.replaceAll(',', '')),
);

/** A whole number in digits or words. */
export const wholeNumber: Parser<number> = either(digits, numberWord);

const writtenOrdinal = rule([digits, joined, phrase('st | nd | rd | th')], (value) => value);

/** "3rd", "twenty-first" */
export const ordinal: Parser<number> = longest(writtenOrdinal, dictionary(ordinals));

/** The day of a month as an ordinal, 1 to 31. */
export const ordinalDay: Parser<number> = map(ordinal, (value) => (value >= 1 && value <= 31 ? value : undefined));

/** The day of a month as a plain number: "7" or "seven". */
export const plainDay: Parser<number> = map(either(digits, smallNumberWord), (value) => (value >= 1 && value <= 31 ? value : undefined));

const thousands = rule(
  [smallNumberWord, phrase('thousand'), maybe(rule([maybe(phrase('and')), numberWord], (_, rest) => rest))],
  (count, _, rest) => (count < 10 ? count * 1000 + (rest ?? 0) : undefined),
);
const pairs = rule(
  [
    smallNumberWord,
    either(
      rule([phrase('hundred')], () => 0),
      rule([phrase('oh | o'), smallNumberWord], (_, one) => (one < 10 ? one : undefined)),
      smallNumberWord,
    ),
  ],
  (century, rest) => (century >= 15 && century <= 21 && (rest >= 10 || rest < 10) ? century * 100 + rest : undefined),
);

/** "nineteen eighty-six", "two thousand and five", "twenty oh nine" */
export const yearWords: Parser<number> = longest(
  map(thousands, (year) => (year >= 1000 && year <= 2999 ? year : undefined)),
  map(pairs, (year) => (year % 100 >= 10 || year % 100 === 0 || year >= 1900 ? year : undefined)),
);

/** Four digits that can be a year. */
export const yearDigits: Parser<number> = pattern(/(?<![\d][.,]?)(?:1[0-9]|2[0-9])\d\d(?!\d|[.,]\d)/u, ([text]) => Number(text));

const isWord = token(({ kind }) => kind === 'word');

/** A number before a noun: "3", "two", "a couple of", "a few"; vague ones are what they most often mean. */
export const count: Parser<number> = longest(
  digitNumber,
  numberWord,
  rule([phrase('a couple of | a couple | couple of | couple | a pair of | pair of'), ahead(isWord)], () => 2),
  rule([phrase('a few | few'), ahead(isWord)], () => 3),
  rule([phrase('several'), ahead(isWord)], () => 7),
  rule([phrase('a dozen | dozen'), ahead(isWord)], () => 12),
  rule([phrase('a | an'), ahead(isWord)], () => 1),
);
