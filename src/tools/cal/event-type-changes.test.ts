import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { createEventType, deleteEventType, updateEventType } from './event-type-changes.ts';
import { getEventType, listEventTypes } from './event-types.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage([createEventType, deleteEventType, updateEventType, getEventType, listEventTypes]);
});
afterAll(() => stage.close());

const table = async () =>
  (await stage.cal.listEventTypes()).map(({ id: _id, ...rest }) => rest).toSorted((a, b) => (a.slug < b.slug ? -1 : 1));

/** One of every sort of setting. */
const RICH = {
  lengthInMinutesOptions: [45, 90],
  slotInterval: 15,
  minimumBookingNotice: 0,
  beforeEventBuffer: 10,
  bookingLimitsCount: { day: 3, week: 5 },
  bookingLimitsDuration: { day: 180 },
  bookingWindow: { type: 'businessDays', value: 20, rolling: true },
  confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true },
  locations: [{ type: 'link', link: 'https://meet.example.com/x', public: true }],
  bookingFields: [
    { type: 'select', slug: 'size', label: 'Size', required: true, options: ['small', 'large'] },
    { type: 'notes', label: 'Anything else?', required: true },
  ],
  disableGuests: true,
  disableRescheduling: { disabled: false, minutesBefore: 60 },
  color: { lightThemeHex: '#ff0000', darkThemeHex: '#00ff00' },
  customName: '{Event type title} of {Scheduler}',
};

test('creates an event type with settings and takes it back', async () => {
  const before = await table();
  const written = await stage.write('create_event_type', { title: 'Café talk', length_in_minutes: 45, settings: RICH });
  const created: EventType = written.output;
  expect(created).toMatchObject({ slug: 'cafe-talk', lengthInMinutes: 45, slotInterval: 15, minimumBookingNotice: 0, disableGuests: true });
  expect(written.asked).toMatchObject({ kind: 'event-type', title: 'Café talk', status: { text: 'To be created' } });
  await written.undo();
  expect(await table()).toEqual(before);
});

test('makes a deleted one again as it was', async () => {
  const created: EventType = (
    await stage.write('create_event_type', { title: 'Rich', length_in_minutes: 45, hidden: true, schedule_id: 1, ...RICH })
  ).output;
  const before = await table();
  const deleted = await stage.write('delete_event_type', { event_type_id: created.id });
  expect(await table()).toHaveLength(before.length - 1);
  const { caveats } = await deleted.undo();
  expect(caveats[0]).toContain('new id');
  expect(await table()).toEqual(before);
});

test('changes only what is said, and back', async () => {
  const before = await table();
  const { color: _color, customName: _customName, ...plain } = RICH;
  const written = await stage.write('update_event_type', {
    event_type_id: 1,
    title: 'Quick question',
    description: 'Only one.',
    hidden: true,
    schedule_id: 1,
    settings: { ...plain, lengthInMinutesOptions: [15, 20] },
  });
  expect((written.output as EventType).title).toBe('Quick question');
  expect(written.asked.fields).toContainEqual({ label: 'Title until now', value: '15 Min Meeting' });
  const { caveats } = await written.undo();
  expect(caveats).toEqual([]);
  expect(await table()).toEqual(before);
});

test('says what the API cannot take away again', async () => {
  const written = await stage.write('update_event_type', { event_type_id: 2, title: 'Red', settings: { color: RICH.color } });
  expect((await written.undo()).caveats).toEqual(['"color" had no value before, and the API has no way to take it away again.']);
  const only = await stage.write('update_event_type', { event_type_id: 2, settings: { interfaceLanguage: 'en' } });
  await expect(only.undo()).rejects.toThrow('no way to take "interfaceLanguage" away');
});

test('says what is wrong before anybody is asked', async () => {
  expect(await stage.refused('create_event_type', { title: 'Other', slug: '15min', length_in_minutes: 15 })).toMatchObject({
    code: 'conflict',
  });
  expect((await stage.refused('update_event_type', { event_type_id: 1, settings: { colour: 'red' } })).message).toBe(
    'There is no setting "colour".',
  );
  expect((await stage.refused('update_event_type', { event_type_id: 1, settings: { slotInterval: -5 } })).message).toContain(
    'slotInterval',
  );
  expect((await stage.refused('update_event_type', { event_type_id: 1 })).message).toContain('Nothing is said');
  expect(await stage.refused('delete_event_type', { event_type_id: 999 })).toMatchObject({ code: 'not_found' });
  expect((await stage.refused('create_event_type', { title: '…', length_in_minutes: 15 })).message).toContain('No link can be made');
});

test('does not take back what has bookings by now', async () => {
  const written = await stage.write('create_event_type', { title: 'Busy', length_in_minutes: 30 });
  const { id }: EventType = written.output;
  await stage.cal.createBooking({
    eventTypeId: id,
    start: '2030-01-08T10:00:00Z',
    attendee: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' },
  });
  await expect(written.undo()).rejects.toThrow('has 1 upcoming bookings');
  expect((await stage.write('delete_event_type', { event_type_id: id })).asked.note).toBe('1 upcoming booking stays in the calendar.');
});

test('settles what a crash broke off', async () => {
  const before = await stage.cal.getEventType(1);
  expect(await stage.settle('create_event_type', { title: 'Nobody made it', length_in_minutes: 30 })).toEqual({ happened: false });
  expect(await stage.settle('update_event_type', { event_type_id: 1, title: 'New' }, before)).toEqual({ happened: false });
  expect(await stage.settle('update_event_type', { event_type_id: 1, title: before.title }, { ...before, title: 'Old' })).toMatchObject({
    happened: true,
  });
  expect(await stage.settle('delete_event_type', { event_type_id: 999 }, { eventType: before })).toMatchObject({ happened: true });
});
