import { describe, expect, it } from 'vitest';
import { findEventTypes, isNameLike } from './event-type.ts';

const types = [
  { id: 1, slug: '15min', title: '15 Min Meeting', lengthInMinutes: 15 },
  { id: 2, slug: '30min', title: '30 Min Meeting', lengthInMinutes: 30 },
  { id: 3, slug: 'intro-call', title: 'Intro Call', lengthInMinutes: 30 },
  { id: 4, slug: 'cafe', title: 'Café visit', lengthInMinutes: 60 },
];

describe('findEventTypes', () => {
  it.each([
    ['intro call', [3]],
    ['intro', [3]],
    ['intor call', [3]],
    ['30min', [2]],
    ['cafe visit', [4]],
    ['quarterly budget review', []],
  ])('finds "%s"', (phrase, ids) => {
    expect(findEventTypes(phrase, types).map(({ id }) => id)).toEqual(ids);
  });
});

describe('isNameLike', () => {
  it.each([
    ['Ada', 'Ada Lovelace', true],
    ['lovelace', 'Ada Lovelace', true],
    ['Ada Lovlace', 'Ada Lovelace', true],
    ['Zoë', 'Zoe Ball', true],
    ['Ada', 'Adam Smith', true],
    ['Ann', 'Bob Ross', false],
    ['Ada Byron', 'Ada Lovelace', false],
  ])('"%s" and "%s": %s', (said, name, expected) => {
    expect(isNameLike(said, name)).toBe(expected);
  });
});
