import { describe, expect, it } from 'vitest';
import { createBookingBody } from '../wire/calcom/bookings.ts';
import { createWebhookBody } from '../wire/calcom/webhooks.ts';
import { HttpFailure } from './http-failure.ts';
import { validate } from './validate.ts';

const body = { start: '2030-01-08T10:00:00Z', eventTypeId: 1, attendee: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' } };

function refusalOf(work: () => unknown): HttpFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof HttpFailure) return error;
  }
  throw new Error('Nothing was refused.');
}

describe('a refusal', () => {
  it.each([
    [{ guests: ['ada'] }, 'Invalid email format (guests.0 is "ada")'],
    [{ eventTypeId: '5' }, 'eventTypeId must be an integer number (eventTypeId is "5")'],
    [{ metadata: { a: { b: 1 } } }, 'metadata.a must be a string, not {"b":1}'],
    [{ metadata: { ['k'.repeat(41)]: '1' } }, 'Metadata keys may have at most 40 characters'],
    [{ metadata: { a: 'v'.repeat(501) } }, 'Metadata values may have at most 500 characters'],
    [{ attendee: { ...body.attendee, name: 'n'.repeat(10_000) } }, 'attendee.name must not be longer than 500 characters'],
    [{ attendee: { ...body.attendee, language: 'klingon' } }, '"es-419" (attendee.language is "klingon")'],
    [{ colour: 'red' }, 'property colour should not exist'],
  ])('names what is wrong with %j', (wrong, text) => {
    const { plainMessage } = refusalOf(() => validate(createBookingBody, { ...body, ...wrong }, 'sentence'));
    expect(plainMessage).toContain(text);
    expect(plainMessage.length).toBeLessThan(300);
  });

  it('repeats no secret', () => {
    const wrong = { active: true, subscriberUrl: 'https://example.com', triggers: ['BOOKING_CREATED'], secret: 5_551_234 };
    expect(refusalOf(() => validate(createWebhookBody, wrong, 'tree')).plainMessage).toBe('secret must be a string, not what was given');
  });
});

it('takes every language of the specification', () => {
  for (const language of ['en', 'es-419', 'sk-SK', 'zh-TW', 'pt-BR']) {
    expect(createBookingBody.safeParse({ ...body, attendee: { ...body.attendee, language } }).success, language).toBe(true);
  }
});
