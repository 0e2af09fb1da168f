import { describe, expect, it } from 'vitest';
import { defaultConventions } from '../conventions.ts';
import { findDates } from './index.ts';
import type { Reading } from './reading.ts';

/** Tuesday, 8 January 2030, 10:20 in Berlin. */
const context = { now: Date.UTC(2030, 0, 8, 9, 20), timeZone: 'Europe/Berlin' };

function brief({ kind, start, end, iso, timex, unresolved }: Reading): string {
  const value = unresolved ? 'unresolved' : (timex ?? iso ?? '');
  if (kind === 'set' || kind === 'duration' || unresolved) return `${kind} ${value}`;
  return end === undefined ? `${kind} ${start}` : `${kind} ${start ?? '…'} / ${end ?? '…'}`;
}

const read = (text: string, settings = {}) =>
  findDates(text, { ...context, ...settings })
    .map(brief)
    .join(' ; ');

const families: Record<string, Record<string, string>> = {
  'written days': {
    'Meet me on March 14, 2031': 'date 2031-03-14',
    'the 14th of March': 'date 2030-03-14',
    '2 Feb at the latest': 'date 2030-02-02',
    'it was 2031-11-30': 'date 2031-11-30',
    '5/6/31 suits': 'date 2031-05-06',
    'on 25/6': 'date 2030-06-25',
    'twenty-second of April': 'date 2030-04-22',
    'October the third, twenty thirty-one': 'date 2031-10-03',
    'on the 17th': 'date 2030-01-17',
    'sometime in may': 'daterange 2030-05-01 / 2030-06-01',
    'in July 2032': 'daterange 2032-07-01 / 2032-08-01',
    'back in 1998': 'daterange 1998-01-01 / 1999-01-01',
  },
  weekdays: {
    'How about Thursday?': 'date 2030-01-10',
    'this Friday': 'date 2030-01-11',
    'next Friday': 'date 2030-01-18',
    'last Friday': 'date 2030-01-04',
    'a week from Friday': 'date 2030-01-18',
    'Saturday week': 'date 2030-01-19',
    'next week Wednesday': 'date 2030-01-16',
    'Wednesday of next week': 'date 2030-01-16',
    'the Monday before last': 'date 2029-12-31',
    'Sunday, January 13': 'date 2030-01-13',
  },
  'counted days': {
    'the day after tomorrow': 'date 2030-01-10',
    'three days ago': 'date 2030-01-05',
    'a fortnight from now': 'date 2030-01-22',
    'in five business days': 'date 2030-01-15',
    'two days after New Year’s Day': 'date 2031-01-03',
    'in 90 minutes': 'datetime 2030-01-08T11:50',
    'half an hour ago': 'datetime 2030-01-08T09:50',
    now: 'datetime 2030-01-08T10:20',
    'this time tomorrow': 'datetime 2030-01-09T10:20',
  },
  times: {
    'at 4pm': 'time 16:00',
    'at 16:45 sharp': 'time 16:45',
    'half past eight tomorrow': 'datetime 2030-01-09T08:30',
    'a quarter to six in the evening': 'time 17:45',
    'noon on Saturday': 'datetime 2030-01-12T12:00',
    'midnight tonight': 'datetime 2030-01-09T00:00',
    "three o'clock on Monday": 'datetime 2030-01-14T15:00',
    '9 tomorrow morning': 'datetime 2030-01-09T09:00',
    'tomorrow at 7.15pm': 'datetime 2030-01-09T19:15',
    'tonight at 8': 'datetime 2030-01-08T20:00',
  },
  'parts of the day': {
    'tomorrow afternoon': 'datetimerange 2030-01-09T12:00 / 2030-01-09T17:00',
    'late Thursday morning': 'datetimerange 2030-01-10T10:00 / 2030-01-10T12:00',
    'early in the morning': 'timerange 06:00 / 09:00',
    'at lunch on Monday': 'datetimerange 2030-01-14T12:00 / 2030-01-14T14:00',
    tonight: 'datetimerange 2030-01-08T20:00 / 2030-01-09T00:00',
    'first thing on Friday': 'datetimerange 2030-01-11T06:00 / 2030-01-11T09:00',
  },
  ranges: {
    'from 2 to 4pm': 'timerange 14:00 / 16:00',
    'Thursday 9-11': 'datetimerange 2030-01-10T09:00 / 2030-01-10T11:00',
    'between Monday and Wednesday': 'daterange 2030-01-14 / 2030-01-17',
    'June 3 - 7': 'daterange 2030-06-03 / 2030-06-08',
    'from the 2nd to the 5th of May': 'daterange 2030-05-02 / 2030-05-06',
    'tomorrow 3pm until Thursday noon': 'datetimerange 2030-01-09T15:00 / 2030-01-10T12:00',
    'after Friday': 'daterange 2030-01-12 / …',
    'until Friday': 'daterange … / 2030-01-12',
    'by Friday': 'datetimerange 2030-01-08T10:20 / 2030-01-12T00:00',
    'tomorrow before 11am': 'datetimerange … / 2030-01-09T11:00',
    'starting tomorrow for 3 days': 'daterange 2030-01-09 / 2030-01-12',
    'from 9 for two hours': 'timerange 09:00 / 11:00',
  },
  periods: {
    'this week': 'daterange 2030-01-07 / 2030-01-14',
    'next month': 'daterange 2030-02-01 / 2030-03-01',
    'next 3 days': 'daterange 2030-01-09 / 2030-01-12',
    'rest of the week': 'daterange 2030-01-08 / 2030-01-14',
    'this weekend': 'daterange 2030-01-12 / 2030-01-14',
    'Q3 2030': 'daterange 2030-07-01 / 2030-10-01',
    'the first half of March': 'daterange 2030-03-01 / 2030-03-16',
    'the end of next week': 'daterange 2030-01-18 / 2030-01-21',
    'week 10': 'daterange 2030-03-04 / 2030-03-11',
    'the 1980s': 'daterange 1980-01-01 / 1990-01-01',
    'next summer': 'daterange unresolved',
  },
  'counted in a longer stretch': {
    'the third Thursday of next month': 'date 2030-02-21',
    'last Friday of the month': 'date 2030-01-25',
    'the first Friday after Easter': 'date 2030-04-26',
    'the Monday before May 15': 'date 2030-05-13',
    'the 14th or the 15th of March': 'date 2030-03-14 ; date 2030-03-15',
    'first business day of June': 'date 2030-06-03',
    'second to last Monday of March 2031': 'date 2031-03-24',
    'first Tuesday evening of next month': 'datetimerange 2030-02-05T17:00 / 2030-02-05T21:00',
    'the first two weeks of April': 'daterange 2030-04-01 / 2030-04-15',
  },
  'ends of days': {
    'end of day': 'datetime 2030-01-08T23:59:59',
    'by close of business on Thursday': 'datetimerange 2030-01-08T10:20 / 2030-01-10T17:00',
  },
  durations: {
    'for an hour and a half': 'duration PT1H30M',
    'a 45-minute call': 'duration PT45M',
    'it takes 2 hours 10': 'duration PT2H10M',
    'two weeks and three days': 'duration P2W3D',
    'for 1h30': 'duration PT1H30M',
    'three quarters of an hour': 'duration PT45M',
  },
  recurrences: {
    'every Monday at 9am': 'set XXXX-WXX-1T09',
    'Tuesdays and Thursdays': 'set XXXX-WXX-2,XXXX-WXX-4',
    'daily at 8:30': 'set T08:30',
    'every other week': 'set P2W',
    'weekly on Friday': 'set XXXX-WXX-5',
    'the 5th of every month': 'set XXXX-XX-05',
    'twice a month': 'set P1M',
    'every morning': 'set TMO',
  },
  holidays: {
    'on Christmas Eve': 'date 2030-12-24',
    'Thanksgiving 2031': 'date 2031-11-27',
    'Good Friday': 'date 2030-04-19',
    'the day after Labor Day': 'date 2030-09-03',
  },
};

describe.each(Object.entries(families))('%s', (_, sentences) => {
  it.each(Object.entries(sentences))('reads "%s" as %s', (sentence, expected) => {
    expect(read(sentence)).toBe(expected);
  });
});

describe('what is no date', () => {
  it.each([
    'You may want to march on',
    'It took a second look',
    'the sun was out and Ada sat down',
    'Node version 24.1.3 costs $12.50',
    'Call 555-0199 or 020 7946 0958',
    'room 204, seat 12',
    'Give it 5 stars',
    'Good morning Ada',
    'a 50/50 chance at 10%',
    'order 66-77-88',
    'the red one',
    'the second attempt',
    'now42',
  ])('finds nothing in "%s"', (text) => {
    expect(read(text)).toBe('');
  });
});

describe('settings', () => {
  const withSettings = (changes: Partial<typeof defaultConventions>) => ({ conventions: { ...defaultConventions, ...changes } });

  it('reads figures by the order of day and month', () => {
    expect(read('3/4/2030', withSettings({ dateOrder: 'MDY' }))).toBe('date 2030-03-04');
    expect(read('3/4/2030', withSettings({ dateOrder: 'DMY' }))).toBe('date 2030-04-03');
  });

  it('takes "next Friday" as the first one where that is meant', () => {
    expect(read('next Friday', withSettings({ nextWeekday: 'upcoming' }))).toBe('date 2030-01-11');
  });

  it('takes the nearest day where the direction is open', () => {
    expect(read('Sunday', withSettings({ direction: 'nearest' }))).toBe('date 2030-01-06');
    expect(read('December 30', withSettings({ direction: 'nearest' }))).toBe('date 2029-12-30');
  });

  it('starts the week and the weekend where people start them', () => {
    expect(read('this week', withSettings({ weekStart: 'sunday' }))).toBe('daterange 2030-01-06 / 2030-01-13');
    expect(read('this weekend', withSettings({ weekend: ['friday 18:00', 'monday 00:00'] }))).toBe(
      'datetimerange 2030-01-11T18:00 / 2030-01-14T00:00',
    );
  });

  it('uses the hours that a part of the day has', () => {
    const dayParts = { ...defaultConventions.dayParts, evening: ['19:00', '23:00'] as const, lunch: '12:30' };
    expect(read('tomorrow evening', withSettings({ dayParts }))).toBe('datetimerange 2030-01-09T19:00 / 2030-01-09T23:00');
    expect(read('tomorrow at lunch', withSettings({ dayParts }))).toBe('datetime 2030-01-09T12:30');
  });
});

describe('zones', () => {
  it('converts a time of another zone to the asker’s', () => {
    expect(read('tomorrow at 3pm PT')).toBe('datetime 2030-01-10T00:00');
    expect(read('Thursday 10am New York time')).toBe('datetime 2030-01-10T16:00');
    expect(read('2030-07-01 at 09:00 UTC')).toBe('datetime 2030-07-01T11:00');
    expect(read('Friday 14:00 Asia/Tokyo')).toBe('datetime 2030-01-11T06:00');
    expect(read('Friday at noon UTC+2')).toBe('datetime 2030-01-11T11:00');
  });

  it('names the zone it read', () => {
    expect(findDates('tomorrow at 3pm PT', context)[0]?.timeZone).toBe('America/Los_Angeles');
  });
});

describe('clock changes', () => {
  it('moves a time that the clocks skip, and says so', () => {
    const [reading] = findDates('March 31, 2030 at 2:30am', context);
    expect(reading?.start).toBe('2030-03-31T03:30');
    expect(reading?.assumed?.join()).toContain('does not exist in Europe/Berlin');
  });

  it('takes the first of a time that comes twice, and says so', () => {
    const [reading] = findDates('October 27, 2030 at 2:30am', context);
    expect(reading?.start).toBe('2030-10-27T02:30');
    expect(reading?.assumed?.join()).toContain('comes twice');
  });

  it('adds hours to real time over a change of clocks', () => {
    const evening = { now: Date.UTC(2030, 2, 30, 20, 0), timeZone: 'Europe/Berlin' };
    expect(findDates('in 8 hours', evening)[0]?.start).toBe('2030-03-31T06:00');
    expect(findDates('in 1 day', evening)[0]?.start).toBe('2030-03-31');
  });

  it('keeps to half-hour changes and to a day that never was', () => {
    const lordHowe = { now: Date.UTC(2030, 8, 30, 0, 0), timeZone: 'Australia/Lord_Howe' };
    expect(findDates('October 6, 2030 at 2:15am', lordHowe)[0]?.start).toBe('2030-10-06T02:45');
    const apia = { now: Date.UTC(2011, 11, 29, 0, 0), timeZone: 'Pacific/Apia' };
    expect(findDates('December 30, 2011 at 9am', apia)[0]?.start).toBe('2011-12-31T09:00');
  });
});

describe('what a reading tells', () => {
  it('marks what lies before now', () => {
    expect(findDates('yesterday at 3pm', context)[0]?.past).toBe(true);
    expect(findDates('tomorrow at 3pm', context)[0]?.past).toBeUndefined();
  });

  it('records the hour it had to choose', () => {
    expect(findDates('tomorrow at 3', context)[0]).toMatchObject({
      start: '2030-01-09T15:00',
      assumed: ['"3:00" was taken as 15:00, not 03:00'],
    });
  });

  it('says that a weekday does not fit its date', () => {
    expect(findDates('Friday, June 12 2030', context)[0]?.assumed).toEqual(['2030-06-12 is a Wednesday; the date counts, not the weekday']);
  });

  it('knows a day that does not exist', () => {
    expect(findDates('on February 30', context)[0]).toMatchObject({ unresolved: true, impossible: true });
  });

  it('gives the phrase and its place', () => {
    const text = 'Book Ada for lunch, next Tuesday at noon, please';
    const [reading] = findDates(text, context);
    expect(reading).toMatchObject({ text: 'next Tuesday at noon', start: '2030-01-15T12:00' });
    expect(text.slice(reading?.index, (reading?.index ?? 0) + (reading?.text.length ?? 0))).toBe(reading?.text);
  });

  it('finds several phrases in order', () => {
    expect(read('Either tomorrow at 10am or Friday afternoon, for 30 minutes')).toBe(
      'datetime 2030-01-09T10:00 ; datetimerange 2030-01-11T12:00 / 2030-01-11T17:00 ; duration PT30M',
    );
  });
});
