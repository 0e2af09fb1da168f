import { describe, expect, it } from 'vitest';
import { findDates } from './index.ts';

const context = { now: Date.UTC(2030, 0, 8, 9, 20), timeZone: 'Europe/Berlin' };
const read = (text: string) => findDates(text, context).map(({ kind, start, text: phrase }) => [kind, start, phrase]);

describe('the fallback', () => {
  it('reads what the grammar does not, where only fillers are left over', () => {
    expect(read('2:3 pm')).toEqual([['time', '14:03', '2:3 pm']]);
    expect(read('how about 2:3 pm, please?')).toEqual([['time', '14:03', '2:3 pm']]);
  });

  it('stays silent where another word is left over', () => {
    expect(read('discuss 2:3 pm')).toEqual([]);
    expect(read('the score was 2:3 pm')).toEqual([]);
  });

  it('is not asked where the grammar has read something', () => {
    expect(read('2:3 pm on Friday')).toEqual([['date', '2030-01-11', 'Friday']]);
  });
});
