import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { tools } from '../index.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage(tools);
});
afterAll(() => stage.close());

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };

test('books as the older documents write it: responses, and an end that fits', async () => {
  const { output } = await stage.done('create_booking', {
    event_type_id: 2,
    start: '2030-01-08T10:00:00Z',
    end: '2030-01-08T10:30:00Z',
    responses: { ...ada, notes: 'Optional notes.' },
  });
  const booked: Booking = output;
  expect(booked).toMatchObject({ status: 'accepted', start: '2030-01-08T10:00:00.000Z', duration: 30 });
  expect(booked.attendees[0]).toMatchObject({ ...ada, timeZone: 'Europe/Amsterdam' });
  expect(booked.bookingFieldsResponses).toMatchObject({ notes: 'Optional notes.' });
});
