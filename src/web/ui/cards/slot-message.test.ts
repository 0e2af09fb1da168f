import { expect, test } from 'vitest';
import type { CardDraft } from '../../../toolkit/card.ts';
import { toSlotMessage } from './slot-message.ts';

const draft: CardDraft = { eventTypeId: 2, eventTypeTitle: '30 Minute Meeting', durationMinutes: 30, timeZone: 'America/New_York' };
const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };
const slot = { start: '2030-01-12T00:30:00.000Z', label: '19:30' };

test('says date and time as the clocks of the card’s zone show them', () => {
  expect(toSlotMessage({ ...draft, attendee: ada }, slot)).toEqual({
    text: 'Book 30 Minute Meeting with Ada Lovelace (ada@example.com) on Friday 11 January 2030 at 19:30',
    timeZone: 'America/New_York',
  });
});

test('needs somebody to book with', () => {
  expect(toSlotMessage(draft, slot)).toBeUndefined();
  expect(toSlotMessage(draft, slot, ada)?.text).toContain('Ada Lovelace (ada@example.com)');
});

test('moves a booking when the slots were listed for one', () => {
  expect(toSlotMessage({ ...draft, rescheduleUid: 'uid1' }, slot)?.text).toBe('Move booking uid1 to Friday 11 January 2030 at 19:30');
});

test('writes midnight as 00:00', () => {
  expect(
    toSlotMessage({ ...draft, timeZone: 'UTC', rescheduleUid: 'u' }, { start: '2030-01-11T00:00:00.000Z', label: '00:00' })?.text,
  ).toBe('Move booking u to Friday 11 January 2030 at 00:00');
});
