import { describe, expect, it } from 'vitest';
import { understand } from './understand.ts';

// Monday, 7 January 2030
const context = { now: Date.parse('2030-01-07T08:00:00Z'), timeZone: 'UTC' };
const read = (text: string, knownNames: readonly string[] = []) => understand(text, { ...context, knownNames });

describe('what a sentence wants', () => {
  it.each([
    ['Book a 30 minute meeting with Ada tomorrow at 2pm', 'book'],
    ['could you please set up a call with Bob on Friday?', 'book'],
    ["I'd like to schedule a review for next Monday", 'book'],
    ['Lunch with Sam at noon', 'book'],
    ['Move my meeting with Ada to Thursday 10am', 'reschedule'],
    ['push it back by an hour', 'reschedule'],
    ['can we make it 3pm instead?', 'reschedule'],
    ['Cancel it', 'cancel'],
    ['I need to call off the 2pm one', 'cancel'],
    ['What do I have this week?', 'list'],
    ["what's next?", 'list'],
    ['who am I meeting on Thursday', 'list'],
    ['show my bookings', 'list'],
    ['When am I free on Friday afternoon?', 'availability'],
    ['am I free at 3?', 'availability'],
    ['do I have any free slots tomorrow', 'availability'],
    ['What can people book with me?', 'event-types'],
    ['list my event types', 'event-types'],
    ['confirm the booking with Bob', 'confirm'],
    ['decline the request from Zoe', 'decline'],
    ['tell me about my meeting with Ada', 'details'],
    ['where is my appointment tomorrow?', 'details'],
    ['hello there', 'greeting'],
    ['what can you do?', 'help'],
    ['thanks a lot!', 'thanks'],
    ['yes please', 'yes'],
    ['go ahead', 'yes'],
    ['never mind', 'no'],
    ['ada@example.com', 'answer'],
    ['tomorrow at 3', 'answer'],
    ['what about Friday?', 'answer'],
    ['what is the capital of Peru', 'other'],
    ['play some jazz in the kitchen for everyone who likes it', 'other'],
  ])('reads "%s" as %s', (text, intent) => {
    expect(read(text).intent).toBe(intent);
  });
});

describe('people', () => {
  it.each([
    ['Book a call with Ada Lovelace (ada@example.com) tomorrow', [{ name: 'Ada Lovelace', email: 'ada@example.com' }]],
    ['Book Ada <Ada@Example.com> tomorrow at 2', [{ name: 'Ada', email: 'ada@example.com' }]],
    ['Meet with Ada, Bob and Carol Ann on Friday', [{ name: 'Ada' }, { name: 'Bob' }, { name: 'Carol Ann' }]],
    ['book ada tomorrow at nine', [{ name: 'ada' }]],
    ['Book me with Ada at the next available slot', [{ name: 'Ada' }]],
    ['Book a meeting with grace.hopper@example.org', [{ email: 'grace.hopper@example.org' }]],
    ['Book a meeting tomorrow at 2pm', []],
    ['Schedule lunch on Friday', []],
  ])('finds them in "%s"', (text, people) => {
    expect(read(text).people).toEqual(people);
  });
});

describe('a booking request', () => {
  it('holds everything that was said', () => {
    expect(read('Book a 45 minute design review with Ada (ada@example.com) on Friday from 2pm about the roadmap')).toMatchObject({
      intent: 'book',
      durationMinutes: 45,
      eventTypePhrase: 'design review',
      subject: 'the roadmap',
      when: { date: '2030-01-11', time: '14:00' },
    });
  });

  it('reads a range as a start and an end', () => {
    expect(read('Book Ada on 2030-01-09 from 14:00 to 15:00').when).toMatchObject({ date: '2030-01-09', time: '14:00', endTime: '15:00' });
  });

  it('keeps a part of a day open', () => {
    expect(read('Book Ada tomorrow afternoon').when).toMatchObject({
      from: '2030-01-08T12:00',
      to: '2030-01-08T17:00',
      dayPart: 'afternoon',
    });
  });

  it('marks what cannot be a time', () => {
    expect(read("Book Ada tomorrow at 25 o'clock").when).toMatchObject({ unreadable: true });
    expect(read('Book Ada on Feb 30').when).toMatchObject({ unreadable: true });
  });

  it('sees the wish for the earliest time', () => {
    expect(read('Book me with Ada at the next available slot')).toMatchObject({ isEarliest: true });
    expect(read('Set up a call with Ada as soon as possible')).toMatchObject({ isEarliest: true });
    expect(read('Book Ada next Friday').isEarliest).toBeUndefined();
  });

  it('takes quoted words as the subject', () => {
    expect(read('Schedule "Budget 2031" with Ada tomorrow at 10').subject).toBe('Budget 2031');
  });
});

describe('which booking is meant', () => {
  it.each([
    ['Cancel it', { isPronoun: true }],
    ['cancel that meeting', { isPronoun: true }],
    ['Cancel my meeting with Ada', { person: 'Ada' }],
    ["Cancel Ada's meeting", { person: 'Ada' }],
    ['cancel the 2pm one', { when: { time: '14:00' } }],
    ['cancel my next meeting', { order: 'next' }],
    ['cancel all my meetings on Friday', { isPlural: true, when: { date: '2030-01-11' } }],
    ['delete the roadmap review', { title: 'roadmap review' }],
    ['cancel booking 7h3kQ9zLmN2pR5tVxYbCdE', { uid: '7h3kQ9zLmN2pR5tVxYbCdE' }],
  ])('in "%s"', (text, reference) => {
    expect(read(text).reference).toMatchObject(reference);
  });

  it('hears the reason', () => {
    expect(read("Cancel my meeting with Ada because I'm sick")).toMatchObject({ reference: { person: 'Ada' }, reason: "I'm sick" });
  });
});

describe('a move', () => {
  it.each([
    ['Move my meeting with Ada to Thursday 10am', { person: 'Ada' }, { date: '2030-01-10', time: '10:00' }],
    ['Move my 2pm tomorrow to Thursday at 4', { when: { date: '2030-01-08', time: '14:00' } }, { date: '2030-01-10', time: '16:00' }],
    ['Reschedule it for Friday', { isPronoun: true }, { date: '2030-01-11' }],
    ['Postpone the call with Bob until next Monday', { person: 'Bob' }, { date: '2030-01-14' }],
    ['make it 3pm', { isPronoun: true }, { time: '15:00' }],
  ])('separates the booking from its new time in "%s"', (text, reference, when) => {
    const request = read(text);
    expect(request.reference).toMatchObject(reference);
    expect(request.when).toMatchObject(when);
  });

  it.each([
    ['push it back 30 minutes', 30],
    ['move my call with Ada an hour later', 60],
    ['bring it forward by 15 minutes', -15],
  ])('reads "%s" as a shift', (text, minutes) => {
    expect(read(text)).toMatchObject({ intent: 'reschedule', shiftMinutes: minutes });
  });
});

describe('several requests in one sentence', () => {
  it('takes the first and keeps the rest', () => {
    expect(read('Cancel my 2pm and book Ada at 3')).toMatchObject({ intent: 'cancel', rest: 'book Ada at 3' });
    expect(read('Book lunch with Ada and Bob').rest).toBeUndefined();
  });
});

describe('an answer', () => {
  it.each([
    ['the second one', 2],
    ['2', 2],
    ['#3', 3],
    ['the last one', -1],
  ])('chooses with "%s"', (text, choice) => {
    expect(read(text)).toMatchObject({ intent: 'answer', choice });
  });

  it('gives a name, or a name with an address', () => {
    expect(read('Ada Lovelace').people).toEqual([{ name: 'Ada Lovelace' }]);
    expect(read('her email is ada@example.com').people).toEqual([{ email: 'ada@example.com' }]);
  });
});

it('gives the same answer to the same words', () => {
  const text = 'Book a 30 minute meeting with Ada Lovelace (ada@example.com) tomorrow at 2pm';
  expect(read(text)).toEqual(read(text));
});
