import { expect, test } from 'vitest';
import { formatDates, formatHours, parseDates, parseHours } from './hours.ts';

test('reads weekly hours as people write them', () => {
  expect(parseHours('Mon-Fri 09:00-12:00, 13:00-17:00; Saturday 10am to 12pm')).toEqual([
    { days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'], startTime: '09:00', endTime: '12:00' },
    { days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'], startTime: '13:00', endTime: '17:00' },
    { days: ['Saturday'], startTime: '10:00', endTime: '12:00' },
  ]);
  expect(parseHours('Mon, Wed 9-17')).toEqual([{ days: ['Monday', 'Wednesday'], startTime: '09:00', endTime: '17:00' }]);
  expect(parseHours('Sat-Mon 08:00-24:00')).toEqual([{ days: ['Saturday', 'Sunday', 'Monday'], startTime: '08:00', endTime: '23:59' }]);
  expect(parseHours('weekends 10:00-11:30')).toEqual([{ days: ['Saturday', 'Sunday'], startTime: '10:00', endTime: '11:30' }]);
  expect(parseHours('never')).toEqual([]);
});

test('reads what it writes', () => {
  for (const text of ['Mon-Fri 09:00-12:00, Mon-Fri 13:00-17:00', 'Mon Wed Fri 08:30-12:00', 'Mon-Wed Sat 10:00-23:59', 'never']) {
    expect(formatHours(parseHours(text))).toBe(text);
  }
  for (const text of ['2030-12-24 09:00-12:00, 2030-12-25 closed', 'none']) expect(formatDates(parseDates(text))).toBe(text);
});

test('says what it cannot read', () => {
  expect(() => parseHours('Mon-Fri')).toThrow('"Mon-Fri" names days without their hours.');
  expect(() => parseHours('Blursday 09:00-10:00')).toThrow('has "Blursday" where a day should stand');
  expect(() => parseHours('Mon 17:00-09:00')).toThrow('"17:00-09:00" does not end after it starts.');
  expect(() => parseHours('09:00-17:00')).toThrow('names no day');
  expect(() => parseDates('closed')).toThrow('names no date');
  expect(() => parseDates('2030-12-24 25:00-26:00')).toThrow('is no span of time');
});
