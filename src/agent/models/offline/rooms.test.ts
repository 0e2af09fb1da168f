import { describe, expect, it } from 'vitest';
import { understand } from '../../../language/index.ts';
import { respond } from './respond.ts';

const CLOCK = { now: Date.parse('2030-01-08T09:00:00Z'), timeZone: 'UTC' };

const intentOf = (text: string) => understand(text, CLOCK).intent;
/** What the first step of the model is. */
const stepFor = (said: string, ...calls: { tool: string; output: unknown }[]) =>
  respond({
    turns: [{ said, calls: calls.map(({ tool, output }) => ({ tool, result: { status: 'done', output } as const })) }],
    clock: CLOCK,
  });

describe('sentences about rooms', () => {
  it.each([
    'give me a room for an hour',
    'Give me a video room until 5pm, please',
    'Could you create a locked meeting room for 90 minutes?',
    'I need a room for 20 people',
    'make me a meeting link',
    'book a whereby room',
  ])('"%s" makes a room', (text) => expect(intentOf(text)).toBe('create-room'));

  it.each([
    ["who came to yesterday's meeting?", 'attendance'],
    ['Who was in the last call?', 'attendance'],
    ['how many people attended on Monday?', 'attendance'],
    ['what video rooms do I have?', 'rooms'],
    ['book a room with Ada tomorrow at 3', 'book'],
    ['who am I meeting tomorrow?', 'list'],
    ['do I have room on Friday?', 'availability'],
    ['who is in the meeting with Ada?', 'details'],
    ['set up a meeting in the break room tomorrow at 2', 'book'],
  ])('"%s" is %s', (text, intent) => expect(intentOf(text)).toBe(intent));

  it.each([
    ['give me a room for an hour', { duration_minutes: 60 }],
    ['give me a room', { duration_minutes: 60 }],
    ['open a locked video room for 90 minutes', { duration_minutes: 90, is_locked: true }],
    ['give me a room until 5pm', { end_date: '2030-01-08T17:00:00Z' }],
    ['give me a room tomorrow at 3pm for 30 minutes', { duration_minutes: 30, start_date: '2030-01-09T15:00:00Z' }],
    ['create a room called Team Standup for 20 people', { duration_minutes: 60, room_name_prefix: 'team-standup-', room_mode: 'group' }],
  ])('"%s" asks for %o', (text, input) => expect(stepFor(text).calls).toEqual([{ tool: 'create_room', input }]));

  it('tells where the room is', () => {
    const made = { roomUrl: 'http://rooms.test/rooms/x', endDate: '2030-01-08T10:00:00.000Z' };
    expect(stepFor('give me a room for an hour', { tool: 'create_room', output: made }).say).toBe(
      'Your room is open until Tuesday 8 January at 10:00: http://rooms.test/rooms/x',
    );
  });

  it('tells who came, by the title of the booking', () => {
    const text = "who came to yesterday's meeting?";
    expect(stepFor(text).calls).toEqual([
      {
        tool: 'list_meetings',
        input: { from_date: '2030-01-07T00:00:00Z', to_date: '2030-01-08T00:00:00Z', limit: 50 },
        isLookup: true,
      },
    ]);
    const meetings = { data: [{ id: 'abc123', roomName: '/kalends-1-x', startDate: '2030-01-07T10:00:00.000Z' }], meta: {} };
    const bookings = {
      bookings: [
        {
          uid: 'u',
          title: 'Review',
          status: 'accepted',
          start: '',
          end: '',
          attendees: [],
          location: 'http://rooms.test/rooms/kalends-1-x',
        },
      ],
    };
    const participants = [{ name: 'Ada Lovelace' }, { name: 'Tim' }, { name: 'Tim' }];
    const meeting = { id: 'abc123', roomName: '/kalends-1-x', startDate: '2030-01-07T10:00:00.000Z', duration: 2700, participants };
    const said = stepFor(
      text,
      { tool: 'list_meetings', output: meetings },
      { tool: 'list_bookings', output: bookings },
      { tool: 'get_meeting', output: meeting },
    );
    expect(said.say).toBe('2 people came to "Review" on Monday 7 January at 10:00, which took 45 minutes: Ada Lovelace and Tim.');
    expect(stepFor(text, { tool: 'list_meetings', output: { data: [], meta: {} } }).say).toBe(
      'No call took place in a video room yesterday. Of meetings elsewhere I cannot know who came.',
    );
  });
});
