import type { Fields } from './day.ts';
import { endsCleanly } from './guard.ts';
import type { Moment } from './moment.ts';
import type { Meaning } from './range.ts';
import type { Source, Token } from './token.ts';

/** A phrase and its surroundings. */
interface Place {
  readonly source: Source;
  readonly at: number;
  readonly end: number;
  readonly first: Token;
  readonly before: string;
  readonly isWhole: boolean;
}

const MODALS = new Set(
  "should would will to not may might must can could shall shouldn't wouldn't won't doesn't don't does did didn't cannot can't".split(' '),
);

/** Whether a phrase that can be read as a time is meant as one, by what stands around it. */
export function isSaid(meaning: Meaning, source: Source, at: number, end: number): boolean {
  const first = source.tokens[at];
  if (!first || !standsFree(source, at, end) || hasVerbMay(source, at, end)) return false;
  const place: Place = { source, at, end, first, before: source.tokens[at - 1]?.text ?? '', isWhole: isWhole(source, at, end) };
  if (meaning.type === 'duration')
    return !(end === at + 2 && ['a', 'the'].includes(first.text) && source.tokens[at + 1]?.text === 'second');
  if (meaning.type === 'around-now') return !(first.text === 'last' && MODALS.has(place.before));
  return meaning.type === 'moment' ? isMomentSaid(meaning.moment, place) : true;
}

function isMomentSaid({ date, time, instant }: Moment, place: Place): boolean {
  if (instant) return true;
  if (!date) return time !== undefined && !time.isWeak && !isGreeting(place);
  if (time) return place.first.text !== 'one' || time.from?.isBare !== true || isWholeOrAsked(place);
  return isDateSaid(date.fields ?? {}, date.isWeak === true, place);
}

/** "one tomorrow" is an hour where a word asks for one; "the big one tomorrow" is a thing. */
function isWholeOrAsked({ before, isWhole }: Place): boolean {
  return isWhole || ['at', '@', 'for', 'around', 'about', 'by', 'until', 'till', 'from', ','].includes(before);
}

/** Figures inside longer figures, codes and prices are no dates. */
function standsFree({ text, tokens }: Source, at: number, end: number): boolean {
  const first = tokens[at];
  const last = tokens[end - 1];
  if (!first || !last) return false;
  const before = text.slice(Math.max(0, first.start - 2), first.start);
  const after = text.slice(last.end, last.end + 2);
  if (first.kind !== 'word' && /[\p{L}\d]$/u.test(before)) return false;
  if (first.kind === 'number' && /[$€£#]\s?$|\d[.,:/-]$/u.test(before)) return false;
  if (first.kind === 'word' && /[\p{L}\d_]$|[#/]\S?$/u.test(before)) return false;
  if (last.kind === 'number') return !/^[\p{L}\d%°$€£]|^[-/:]\d|^[.,]\d/u.test(after);
  return last.kind === 'mark' || !/^[\p{L}\d_]/u.test(after);
}

/** "This may take longer", "One may ask": the verb, unless it is written as a name or dated. */
function hasVerbMay({ tokens }: Source, at: number, end: number): boolean {
  const place = tokens.findIndex((token, index) => index >= at && index < end && token.text === 'may');
  const may = tokens[place];
  if (!may) return false;
  const next = tokens[end];
  const isFollowedByWord = place === end - 1 && next?.kind === 'word' && !BEFORE_NAME.has(next.text);
  const isDated = tokens.slice(at, end).some(({ kind }) => kind === 'number');
  return isFollowedByWord && !isDated && (!may.isCapital || place === 0);
}

function isWhole({ tokens }: Source, at: number, end: number): boolean {
  return tokens.every((token, place) => (place >= at && place < end) || token.kind === 'mark');
}

/** "Good morning" greets. */
function isGreeting({ before, at, end, first }: Place): boolean {
  return ['good', 'happy', 'lovely'].includes(before) && end === at + 1 && first.kind === 'word';
}

const BEFORE_NAME = new Set(
  'in on at this next last past coming by until till since from before after during of for every each early late mid through between and or , ( -'.split(
    ' ',
  ),
);

/** Short names that are words of their own. */
const AMBIGUOUS = new Set(['sun', 'sat', 'mar', 'may', 'march', 'mon', 'wed', 'dec', 'jan', 'tom']);

function isDateSaid(fields: Fields, isWeak: boolean, place: Place): boolean {
  const { source, at, end, first, before, isWhole } = place;
  if (isWeak) return isWeakDateSaid(fields, place);
  if (fields.day !== undefined && fields.month === undefined && fields.weekday === undefined) return isDayOfMonthSaid(place);
  const name = first.text === 'the' ? (source.tokens[at + 1] ?? first) : first;
  if (
    first.text === 'the' &&
    name.text !== 'may' &&
    end === at + 2 &&
    ['sun', 'sat', 'mar', 'march', 'mon', 'dec', 'jan', 'tom'].includes(name.text)
  )
    return false;
  const isOneWord = end === at + 1 || (end === at + 2 && source.tokens[at + 1]?.text === '.');
  if (!isOneWord || !AMBIGUOUS.has(first.text)) return true;
  if (first.text === 'may' && ['in', 'of', 'since', 'until', 'during', 'by'].includes(before)) return true;
  if (first.text === 'may' || first.text === 'mar') return BEFORE_NAME.has(before) && first.isCapital;
  if (isWhole || BEFORE_NAME.has(before)) return true;
  return first.isCapital && first.text !== 'sun' && first.text !== 'march';
}

/** "the 21st" is a day; "the second half" and "around the 21st" name none. */
function isDayOfMonthSaid({ source, at, end, before }: Place): boolean {
  if (['around', 'about', 'approximately'].includes(before)) return false;
  const isWord = source.tokens[end - 1]?.kind === 'word' && !/^(st|nd|rd|th)$/.test(source.tokens[end - 1]?.text ?? '');
  return (
    !isWord ||
    (endsCleanly(source, end) &&
      (source.tokens[at]?.text !== 'the' || ['on', 'by', 'until', 'for', 'since', 'before', 'after', ''].includes(before)))
  );
}

const YEAR_BEFORE = new Set('in since before after until till by during of from year through to between around but for'.split(' '));
const COUNTED = new Set('people pieces points dollars euros units items words steps miles km meters pages calories users times'.split(' '));

function isWeakDateSaid({ year, month, day }: Fields, { source, at, end, before, isWhole }: Place): boolean {
  if (month !== undefined) return ['on', 'due', 'by'].includes(before);
  if (day !== undefined)
    return (
      (isWhole && source.tokens[at]?.kind === 'number') ||
      (['on', 'for', 'by', 'until', 'from'].includes(before) && endsCleanly(source, end))
    );
  const next = source.tokens[end];
  if (year !== undefined) return YEAR_BEFORE.has(before) && !COUNTED.has(next?.text ?? '') && next?.kind !== 'number';
  return ['in', 'of', 'during', 'for', 'this', 'by', 'within', 'through', 'over'].includes(before) || isWhole;
}
