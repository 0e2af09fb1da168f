import type { DateContext, Reading } from './reading.ts';

export type { DateContext, Reading, ReadingKind } from './reading.ts';

/** Every phrase of a text that speaks of a date, a time, a range, a duration or a recurrence, in order of the text. */
export function findDates(_text: string, _context: DateContext): readonly Reading[] {
  return [];
}
