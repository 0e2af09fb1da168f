import { expect, it } from 'vitest';
import { toInitials, toNames, toRoomTitle } from './words.ts';

it('names a room by what was chosen for it', () => {
  expect(toRoomTitle('team-standup-793e9ec1-7f23-4a8b-9d5c-1a2b3c4d5e6f')).toBe('Team standup');
  expect(toRoomTitle('weekly-review')).toBe('Weekly review');
  expect(toRoomTitle('793e9ec1-7f23-4a8b-9d5c-1a2b3c4d5e6f')).toBe('Meeting room');
  expect(toRoomTitle('kalends-0123456789abcdef-793e9ec1-7f23-4a8b-9d5c-1a2b3c4d5e6f')).toBe('Meeting room');
});

it('writes people short', () => {
  expect(['Ada Lovelace', 'tim', '', 'Jean Luc von Picard', '👩‍🚀 Kim'].map(toInitials)).toEqual(['AL', 'T', '?', 'JP', '👩K']);
  expect([['Ada'], ['Ada', 'Tim'], ['Ada', 'Tim', 'Kim'], ['Ada', 'Tim', 'Kim', 'Bob']].map(toNames)).toEqual([
    'Ada',
    'Ada and Tim',
    'Ada, Tim and Kim',
    'Ada, Tim and 2 others',
  ]);
});
