import type { Reading } from './dates/index.ts';

export interface Word {
  /** As written. */
  readonly text: string;
  /** Lower case, straight apostrophes. */
  readonly lower: string;
  readonly start: number;
  readonly end: number;
  readonly kind: 'word' | 'number' | 'mark' | 'email' | 'phone' | 'quoted' | 'time';
  readonly isCapital: boolean;
  /** What a `time` word says. */
  readonly reading?: Reading;
}

const WORD =
  /(?<email>[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+)|(?<quoted>"[^"]+"|“[^”]+”|(?<![\p{L}\p{N}])'[^']{2,}'(?![\p{L}\p{N}]))|(?<phone>\+\d[\d ()-]{6,}\d)|(?<word>(?!\d{4}-\d\d)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}|w\/|\p{L}[\p{L}\p{M}\p{N}]*(?:['’.&-]\p{L}[\p{L}\p{M}\p{N}]*)*['’]?)|(?<number>[\p{N}]+(?:[.:]\p{N}+)*\p{L}*)|(?<mark>\S)/gu;

/** A sentence cut into words; an address, a quotation and a phrase about time are one word each. */
export function cutWords(text: string, readings: readonly Reading[]): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const kind = (Object.keys(match.groups ?? {}) as Word['kind'][]).find((name) => match.groups?.[name] !== undefined) ?? 'mark';
    const raw = match[0];
    words.push({
      text: kind === 'quoted' ? raw.slice(1, -1).trim() : raw,
      lower: raw.toLowerCase().replaceAll('’', "'"),
      start: match.index,
      end: match.index + raw.length,
      kind,
      isCapital: kind === 'word' && raw.charAt(0) !== raw.charAt(0).toLowerCase(),
    });
  }
  return readings.reduce<readonly Word[]>(withReading, words);
}

function withReading(words: readonly Word[], reading: Reading): readonly Word[] {
  const start = reading.index;
  const end = start + reading.text.length;
  const touched = words.filter((word) => word.start < end && word.end > start);
  const [first] = touched;
  const last = touched.at(-1);
  if (first === undefined || last === undefined || reading.kind === 'timezone') return words;
  if (touched.some(({ kind }) => kind === 'email' || kind === 'quoted' || kind === 'time')) return words;
  if (start > first.start || (last.kind === 'word' && last.text.length > 11 && end < last.end)) return words;
  // A possessive ending belongs to the phrase: "tomorrow's".
  const text = words.length === 0 ? reading.text : `${reading.text}${last.text.slice(Math.max(0, end - last.start))}`;
  const time: Word = { text, lower: text.toLowerCase(), start, end: Math.max(end, last.end), kind: 'time', isCapital: false, reading };
  return [...words.slice(0, words.indexOf(first)), time, ...words.slice(words.indexOf(last) + 1)];
}

/** The words as one lower-case line for patterns: time is `<t>`, a duration `<d>`, an address `<e>`, a quotation `<q>`. */
export function toPatternLine(words: readonly Word[]): string {
  return words.map(toPatternWord).join(' ');
}

function toPatternWord({ kind, lower, reading }: Word): string {
  if (kind === 'time') return reading?.kind === 'duration' ? '<d>' : '<t>';
  if (kind === 'email') return '<e>';
  if (kind === 'quoted') return '<q>';
  return lower;
}

/** The stretch of the text that the words stand in. */
export function textOf(words: readonly Word[]): string {
  let text = '';
  let end: number | undefined;
  for (const word of words) {
    if (end !== undefined && word.start > end) text += ' ';
    text += word.text;
    end = word.end;
  }
  return text.trim();
}
