import { expect, test } from 'vitest';
import { toRomanDate } from './roman-date.ts';

const cases: readonly (readonly [year: number, month: number, day: number, roman: string])[] = [
  [2030, 1, 1, 'Kal. Ian.'],
  [2030, 1, 2, 'a. d. IV Non. Ian.'],
  [2030, 1, 4, 'pridie Non. Ian.'],
  [2030, 1, 5, 'Non. Ian.'],
  [2030, 1, 7, 'a. d. VII Id. Ian.'],
  [2030, 1, 13, 'Id. Ian.'],
  [2030, 1, 14, 'a. d. XIX Kal. Feb.'],
  [2030, 3, 15, 'Id. Mart.'],
  [2030, 3, 6, 'pridie Non. Mart.'],
  [2030, 4, 14, 'a. d. XVIII Kal. Mai.'],
  [2030, 12, 31, 'pridie Kal. Ian.'],
  [2030, 2, 24, 'a. d. VI Kal. Mart.'],
  [2028, 2, 24, 'a. d. VI Kal. Mart.'],
  [2028, 2, 25, 'a. d. bis VI Kal. Mart.'],
  [2028, 2, 26, 'a. d. V Kal. Mart.'],
  [2028, 2, 29, 'pridie Kal. Mart.'],
];

test.each(cases)('writes %i-%i-%i as "%s"', (year, month, day, roman) => {
  expect(toRomanDate({ year, month, day })).toBe(roman);
});
