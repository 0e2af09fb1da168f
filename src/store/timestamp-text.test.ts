import { describe, expect, it } from 'vitest';
import { parseTimestampText } from './timestamp-text.ts';

describe('the text of an instant', () => {
  it.each([
    ['2030-01-07 08:00:00+00', '2030-01-07T08:00:00Z'],
    ['2030-01-07T08:00:00+00:00', '2030-01-07T08:00:00Z'],
    ['1969-12-31 23:59:59.5+00', '1969-12-31T23:59:59.5Z'],
    ['2030-01-07 08:00:00.123+00', '2030-01-07T08:00:00.123Z'],
    ['2030-01-07 08:00:00.123456+00', '2030-01-07T08:00:00.123Z'],
    ['2030-01-07T08:00:00.25+00:00', '2030-01-07T08:00:00.25Z'],
    ['2030-01-07 13:30:00+05:30', '2030-01-07T08:00:00Z'],
    ['2030-01-07 04:00:00-04', '2030-01-07T08:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseTimestampText(text)).toBe(Date.parse(iso));
  });

  it('refuses what is none', () => {
    expect(() => parseTimestampText('infinity')).toThrow('"infinity"');
  });
});
