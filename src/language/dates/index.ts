import { fromDay } from './calendar.ts';
import { openFrame } from './frame.ts';
import { isSaid } from './plausible.ts';
import { type Meaning, meaning } from './range.ts';
import type { DateContext, Reading } from './reading.ts';
import { resolve } from './resolve.ts';
import { type Source, tokenize } from './token.ts';

export type { DateContext, Reading, ReadingKind } from './reading.ts';

/** Every phrase of a text that speaks of a date, a time, a range, a duration or a recurrence, in order of the text. */
export function findDates(text: string, context: DateContext): readonly Reading[] {
  let notes: string[] = [];
  const frame = openFrame(context, (sentence) => notes.push(sentence));
  const source = tokenize(text, { dateOrder: frame.conventions.dateOrder, year: fromDay(frame.today).year });
  const readings: Reading[] = [];
  for (let at = 0; at < source.tokens.length; ) {
    const parsed = meaning(source, at);
    notes = [];
    const value = parsed && isSaid(parsed.value, source, at, parsed.end) ? resolve(parsed.value, frame) : undefined;
    if (parsed && value) {
      readings.push({
        ...value,
        ...placeOf(source, at, parsed.end, parsed.value),
        ...(notes.length ? { assumed: [...new Set(notes)] } : {}),
      });
      at = parsed.end;
    } else at += 1;
  }
  return readings;
}

function placeOf({ text, tokens }: Source, at: number, end: number, _meaning: Meaning): { text: string; index: number } {
  const start = tokens[at]?.start ?? 0;
  return { text: text.slice(start, tokens[end - 1]?.end), index: start };
}
