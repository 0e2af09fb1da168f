import { describe, expect, it } from 'vitest';
import { email, hasOffset, isTimeZone, parseInstant } from './scalars.ts';

describe('moments', () => {
  it.each([
    ['2030-01-08', '2030-01-08T00:00:00.000Z'],
    ['2030-01-08T14:00', '2030-01-08T14:00:00.000Z'],
    ['2030-01-08T14:00:30Z', '2030-01-08T14:00:30.000Z'],
    ['2030-01-08T14:00:00.5+05:45', '2030-01-08T08:15:00.500Z'],
    ['2030-01-08T23:30:00-0330', '2030-01-09T03:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(new Date(parseInstant(text) ?? Number.NaN).toISOString()).toBe(instant);
  });

  it.each([
    '',
    'tomorrow',
    '2030-02-30',
    '2025-02-29',
    '2030-13-01',
    '2030-01-08T24:00Z',
    '2030-01-08T14:60Z',
    '0001-01-01',
    '9999-01-01',
    '1736344800',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it.each([
    ['2030-01-08T14:00Z', true],
    ['2030-01-08T14:00:00.000+01:00', true],
    ['2030-01-08T14:00', false],
    ['2030-01-08', false],
  ])('%s names its offset: %s', (text, expected) => {
    expect(hasOffset(text)).toBe(expected);
  });
});

it.each([
  ['Europe/Rome', true],
  ['UTC', true],
  ['+02:00', false],
  ['Rome', false],
  ['', false],
])('%j is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

it.each([
  ['ada@example.com', true],
  ["o'brien+calendar@sub.example.co", true],
  ['a!b@example.com', true],
  ['ada@example', false],
  ['ada @example.com', false],
  ['<ada@example.com>', false],
  ['ada@example.com\nbcc: x@example.com', false],
])('%j is an address: %s', (text, expected) => {
  expect(email.safeParse(text).success).toBe(expected);
});
