import { describe, expect, it } from 'vitest';
import { defaultConventions } from './conventions.ts';
import { readScope } from './scope.ts';

const base = { now: Date.parse('2030-01-07T08:00:00Z'), timeZone: 'UTC' };
const broad = { ...base, conventions: defaultConventions };
const strict = { ...base, conventions: { ...defaultConventions, reminders: 'out-of-scope' as const } };

describe('a sentence for the calendar', () => {
  it.each([
    ['put choir practice on my calendar for tuesday', 'set'],
    ['remind me to water the ferns on monday', 'set'],
    ['what do i have planned for tomorrow', 'query'],
    ['when is my appointment with the optician', 'query'],
    ['clear my calendar for friday', 'remove'],
    ['cancel the meeting with olaf', 'remove'],
  ])('"%s" wants %s', (text, intent) => {
    expect(readScope(text, broad)).toMatchObject({ scheduling: true, intent });
  });

  it.each([
    'play the new album by the beatles',
    'will it rain in oslo tomorrow',
    'set an alarm for six',
    'send an email to olaf about lunch',
    'what events are on in lisbon',
    'add butter to my shopping list',
    'order a pizza for tonight',
  ])('is not "%s"', (text) => {
    expect(readScope(text, broad).scheduling).toBe(false);
  });

  it('counts reminders only where the settings say so', () => {
    const text = 'remind me to water the ferns on monday';
    expect(readScope(text, broad).scheduling).toBe(true);
    expect(readScope(text, strict).scheduling).toBe(false);
  });

  it.each(['book me a table for two at eight', 'get an appointment for an oil change', 'how many vacation days do i have left'])(
    'is not "%s" for a stricter assistant',
    (text) => {
      expect(readScope(text, strict).scheduling).toBe(false);
    },
  );
});

describe('what the sentence names', () => {
  it.each([
    [
      'set a meeting with olaf on friday at two pm',
      [
        ['date', 'friday'],
        ['time', 'two pm'],
        ['person', 'olaf'],
        ['event_name', 'meeting'],
      ],
    ],
    [
      'remind me to water the ferns tomorrow morning',
      [
        ['date', 'tomorrow'],
        ['timeofday', 'morning'],
        ['event_name', 'water the ferns'],
      ],
    ],
    [
      "add ida's birthday every year",
      [
        ['general_frequency', 'every year'],
        ['person', "ida's"],
        ['event_name', 'birthday'],
      ],
    ],
    [
      'cancel the concert at the old mill tonight',
      [
        ['timeofday', 'tonight'],
        ['place_name', 'old mill'],
        ['event_name', 'concert'],
      ],
    ],
  ])('in "%s"', (text, entities) => {
    expect(readScope(text, broad).entities.map(({ type, text: said }) => [type, said])).toEqual(entities);
  });
});
