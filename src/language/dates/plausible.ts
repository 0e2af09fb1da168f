import type { Meaning } from './range.ts';
import type { Source } from './token.ts';

/** Whether a phrase that can be read as a time is meant as one, by what stands around it. */
export function isSaid(meaning: Meaning, source: Source, at: number, end: number): boolean {
  if (!standsFree(source, at, end)) return false;
  if (meaning.type !== 'moment') return true;
  const { date, time, instant } = meaning.moment;
  if (instant) return true;
  if (!date) return time !== undefined && !time.isWeak && isTimeSaid(source, at, end);
  if (time) return true;
  return isDateSaid(meaning, source, at, end);
}

/** Figures inside longer figures, codes and prices are no dates. */
function standsFree({ text, tokens }: Source, at: number, end: number): boolean {
  const first = tokens[at];
  const last = tokens[end - 1];
  if (!first || !last) return false;
  const before = text.slice(Math.max(0, first.start - 2), first.start);
  const after = text.slice(last.end, last.end + 2);
  if (first.kind === 'number') {
    if (/[\p{L}\d]$|[$€£#]\s?$|\d[.,:/-]$/u.test(before)) return false;
  } else if (first.kind === 'word' && /[\p{L}\d_]$|[@#/][^\s]?$/u.test(before) && !/[@(]$/.test(before)) return false;
  if (last.kind === 'number') return !/^[\p{L}\d%°$€£]|^[-/:]\d|^[.,]\d/u.test(after);
  return !/^[\p{L}\d_]/u.test(after) || last.kind === 'mark';
}

const BEFORE_NAME = new Set(
  'in on at this next last past coming by until till since from before after during of for every each early late mid through to between and or , ( - the'.split(
    ' ',
  ),
);

const previous = ({ tokens }: Source, at: number) => tokens[at - 1]?.text ?? '';

function isAlone({ tokens }: Source, at: number, end: number): boolean {
  return tokens.every((token, place) => (place >= at && place < end) || token.kind === 'mark');
}

function isTimeSaid(source: Source, at: number, end: number): boolean {
  const first = source.tokens[at];
  // "Good morning" greets.
  return !(['good', 'happy', 'lovely'].includes(previous(source, at)) && end === at + 1 && first?.kind === 'word');
}

/** Short names that are words of their own: "sun", "sat", "mar", "may", "march". */
const AMBIGUOUS = new Set(['sun', 'sat', 'mar', 'may', 'march', 'mon', 'wed', 'dec', 'jan', 'tom']);

function isDateSaid({ moment }: Extract<Meaning, { type: 'moment' }>, source: Source, at: number, end: number): boolean {
  const { date } = moment;
  const first = source.tokens[at];
  if (!date || !first) return false;
  const before = previous(source, at);
  const whole = isAlone(source, at, end);
  if (date.isWeak) return isWeakDateSaid(date.fields ?? {}, source, at, end, before, whole);
  const isOneWord = end === at + 1 || (end === at + 2 && source.tokens[at + 1]?.text === '.');
  if (isOneWord && AMBIGUOUS.has(first.text)) {
    if (first.text === 'may')
      return ['in', 'this', 'next', 'last', 'of', 'since', 'until', 'by', 'during', 'before', 'after'].includes(before) && first.isCapital;
    if (first.text === 'mar') return BEFORE_NAME.has(before) && first.isCapital;
    return (
      whole ||
      (BEFORE_NAME.has(before) && before !== 'the' && before !== 'to') ||
      (first.isCapital && first.text !== 'sun' && first.text !== 'march')
    );
  }
  return true;
}

const YEAR_BEFORE = new Set('in since before after until till by during of from year through to between around but for'.split(' '));

function isWeakDateSaid(
  fields: { year?: number; month?: number; day?: number },
  source: Source,
  at: number,
  end: number,
  before: string,
  whole: boolean,
): boolean {
  const next = source.tokens[end];
  if (fields.month !== undefined) return before === 'on' || before === 'due' || before === 'by';
  if (fields.day !== undefined)
    return (
      whole ||
      before === 'on' ||
      (before === 'the' && ['on', 'by', 'until', 'for', 'since', 'before', 'after'].includes(source.tokens[at - 2]?.text ?? ''))
    );
  if (fields.year !== undefined)
    return (
      YEAR_BEFORE.has(before) &&
      (next === undefined || next.kind === 'mark' || next.kind === 'word') &&
      !/^(people|pieces|points|dollars|euros|units|items|words|steps)$/.test(next?.text ?? '')
    );
  return ['in', 'of', 'during', 'for', 'this', 'by', 'within', 'through', 'over'].includes(before) || whole;
}
