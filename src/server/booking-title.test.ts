import { expect, it } from 'vitest';
import { toBookingTitle } from './booking-title.ts';

const parts = { eventTypeTitle: 'Intro', organiser: 'Ada Lovelace', scheduler: 'Bob Dole Jr', location: 'Rome', durationMinutes: 30 };

it('names a booking after its event type and both sides when there is no template', () => {
  expect(toBookingTitle(undefined, parts)).toBe('Intro between Ada Lovelace and Bob Dole Jr');
  expect(toBookingTitle(' ', parts)).toBe('Intro between Ada Lovelace and Bob Dole Jr');
});

it.each([
  ['{Event type title}: {Organiser first name} & {Scheduler first name} {Scheduler last name}', 'Intro: Ada & Bob Dole Jr'],
  ['{Event duration} at {Location}', '30 min at Rome'],
  [
    '{HOST} / {ATTENDEE} / {USER} / {HOST/ATTENDEE} / {LOCATION}',
    'Ada Lovelace / Bob Dole Jr / Bob Dole Jr / Ada Lovelace and Bob Dole Jr / Rome',
  ],
])('fills in %s', (template, title) => {
  expect(toBookingTitle(template, parts)).toBe(title);
});
