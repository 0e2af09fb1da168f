import { findDates, type Reading } from './dates/index.ts';
import type { LanguageContext } from './request.ts';
import { cutWords, type Word } from './words.ts';

/** A sentence cut into words, with what it says about time. */
export interface Sentence {
  readonly words: readonly Word[];
  readonly readings: readonly Reading[];
}

/** Time inside an address, a quotation or an id is no time: only readings that became words count. */
export function readSentence(text: string, context: LanguageContext): Sentence {
  const words = cutWords(text, readDates(text, context));
  return { words, readings: words.flatMap(({ reading }) => (reading === undefined ? [] : [reading])) };
}

/** Dates as the grammar reads them, and clock times that no clock shows: "25 o'clock". */
function readDates(text: string, { now, timeZone, conventions }: LanguageContext): readonly Reading[] {
  const found = findDates(text, { now, timeZone, ...(conventions === undefined ? {} : { conventions }) });
  const isRead = (index: number, phrase: string) =>
    found.some((reading) => reading.index < index + phrase.length && reading.index + reading.text.length > index);
  const impossible = [...text.matchAll(IMPOSSIBLE_TIME)]
    .filter(({ index, 0: phrase }) => !isRead(index, phrase))
    .map(({ index, 0: phrase }): Reading => ({ kind: 'time', text: phrase, index, unresolved: true }));
  const said = found.filter((reading) => !isNameOfEvening(reading, text));
  return [...said, ...impossible].toSorted((a, b) => a.index - b.index);
}

/** The night of "movie night" and "date night" says what it is, not when. */
function isNameOfEvening(reading: Reading, text: string): boolean {
  if (!/^night$/i.test(reading.text)) return false;
  const before = /(\p{L}+)\s+$/u.exec(text.slice(0, reading.index))?.[1]?.toLowerCase();
  return (
    before !== undefined && !/^(?:at|the|this|that|last|every|each|all|late|one|a|for|by|on|in|tomorrow|today|yesterday)$|day$/.test(before)
  );
}

const IMPOSSIBLE_TIME =
  /\b(?:(?:2[5-9]|[3-9]\d|\d{3,})(?: ?o['’]?clock|:\d\d)|(?:1[3-9]|[2-9]\d|\d{3,}) ?[ap]\.?m\b\.?|(?:[01]?\d|2[0-4]):[6-9]\d(?: ?[ap]m)?|(?<=\bat )(?:2[5-9]|[3-9]\d)(?= ?$| on\b| tomorrow\b| today\b))/gi;
