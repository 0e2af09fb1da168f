import { describe, expect, it } from 'vitest';
import { toFlagNames } from './commands/run-tool.ts';

const description = {
  command: { resource: 'bookings', action: 'create', flags: { email: 'attendee.email' } },
  schema: {
    properties: {
      start: { type: 'string' },
      notes: { type: 'string' },
      cancel_subsequent: { type: 'boolean' },
      attendee: { type: 'object', properties: { email: { type: 'string' } } },
    },
  },
};

describe('a hint on the command line', () => {
  it.each([
    ['Leave cancel_subsequent out, or start anew.', 'Leave --cancel-subsequent out, or start anew.'],
    ['Give attendee.email, or attendee.phone_number.', 'Give --email, or attendee.phone_number.'],
    ['Give start, notes or time_zone.', 'Give --start, --notes or --time-zone.'],
    ['Give notes: "start" is a word here.', 'Give --notes: "start" is a word here.'],
    ['list_bookings shows the start.', 'list_bookings shows the start.'],
  ])('%s', (hint, told) => {
    expect(toFlagNames(hint, description)).toBe(told);
  });
});
