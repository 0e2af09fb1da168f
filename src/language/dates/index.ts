import { fromDay } from './calendar.ts';
import { readFallback } from './fallback.ts';
import { type Frame, openFrame } from './frame.ts';
import { isSaid } from './plausible.ts';
import { type Meaning, meaning } from './range.ts';
import type { DateContext, Reading } from './reading.ts';
import { resolve } from './resolve.ts';
import { type Source, tokenize } from './token.ts';

export type { DateContext, Reading, ReadingKind } from './reading.ts';

const MEALS: Readonly<Record<string, NonNullable<Frame['meal']>>> = {
  breakfast: 'breakfast',
  dinner: 'dinner',
  supper: 'dinner',
  drinks: 'dinner',
};

/** Every phrase of a text that speaks of a date, a time, a range, a duration or a recurrence, in order of the text. */
export function findDates(text: string, context: DateContext): readonly Reading[] {
  const notes: string[] = [];
  const settled = openFrame(context, (sentence) => notes.push(sentence));
  const source = tokenize(text, { dateOrder: settled.conventions.dateOrder, year: fromDay(settled.today).year });
  const meal = source.tokens.map((token) => MEALS[token.text]).find((found) => found !== undefined);
  const frame = meal ? { ...settled, meal } : settled;
  const readings: Reading[] = [];
  for (let at = 0; at < source.tokens.length; ) {
    const parsed = meaning(source, at);
    const reading =
      parsed && isSaid(parsed.value, source, at, parsed.end)
        ? read(parsed.value, { source, at, end: parsed.end, frame, notes })
        : undefined;
    if (reading) readings.push(reading);
    at = parsed && reading ? parsed.end : at + 1;
  }
  if (readings.length > 0) return readings;
  const found = readFallback(source, frame);
  const reading = found && read(found.meaning, { source, at: found.at, end: found.end, frame, notes });
  return reading ? [reading] : [];
}

interface Place {
  readonly source: Source;
  readonly at: number;
  readonly end: number;
  readonly frame: Frame;
  /** Where the frame puts what it had to assume. */
  readonly notes: string[];
}

function read(said: Meaning, { source, at, end, frame, notes }: Place): Reading | undefined {
  notes.length = 0;
  const value = resolve(said, frame);
  if (!value) return undefined;
  const index = source.tokens[at]?.start ?? 0;
  const text = source.text.slice(index, source.tokens[end - 1]?.end);
  return { ...value, text, index, ...(notes.length > 0 ? { assumed: [...new Set(notes)] } : {}) };
}
