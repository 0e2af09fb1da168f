import { describe, expect, it } from 'vitest';
import { readFrame } from './frame.ts';

// Monday, 7 January 2030
const context = { now: Date.parse('2030-01-07T08:00:00Z'), timeZone: 'UTC' };
const read = (text: string) => readFrame(text, context);

describe('what a calendar is asked for', () => {
  it.each([
    ['Schedule chess with Ida tomorrow at 6pm', 'create'],
    ['I have a rehearsal on Friday', 'create'],
    ['choir practice next Tuesday at 7pm', 'create'],
    ['Am I free on Thursday for a walk?', 'create'],
    ['When is my next rehearsal?', 'find'],
    ['Accept the invitation to the gallery opening', 'find'],
    ['Move choir practice to Wednesday', 'update'],
    ['Make my rehearsal an hour longer instead', 'update'],
    ['Add Ida to the rehearsal', 'update'],
    ['Remove Ida from the rehearsal meeting', 'update'],
    ['Cancel choir practice on Tuesday', 'delete'],
    ['Cancel all my meetings', 'other'],
    ['Cancel choir and book a walk on Friday', 'other'],
    ['hello', 'other'],
    ['what does photosynthesis do', 'other'],
  ])('in "%s" is %s', (text, intent) => {
    expect(read(text).intent).toBe(intent);
  });
});

describe('the entry', () => {
  it.each([
    [
      'Schedule chess with Ida and Olaf tomorrow from 6 to 8pm at the library',
      { subject: 'chess', attendees: ['Ida', 'Olaf'], date: '2030-01-08', time: '18:00', end: '20:00', location: 'library' },
    ],
    [
      'Add "Budget talk" to my calendar on Friday at 10am for 45 minutes',
      { subject: 'Budget talk', attendees: [], date: '2030-01-11', time: '10:00', durationMinutes: 45 },
    ],
    [
      'Set up a meeting with Ida tomorrow afternoon about the garden',
      { subject: 'garden', attendees: ['Ida'], date: '2030-01-08', dayPart: 'afternoon' },
    ],
    ['Create an event called Spring Fair on Saturday', { subject: 'Spring Fair', attendees: [], date: '2030-01-12' }],
    ['I have a piano lesson on Friday starting at 4pm', { subject: 'piano lesson', attendees: [], date: '2030-01-11', time: '16:00' }],
    ['Book a meeting with Ida', { attendees: ['Ida'] }],
  ])('of "%s"', (text, frame) => {
    expect(read(text)).toEqual({ intent: 'create', frame });
  });
});
