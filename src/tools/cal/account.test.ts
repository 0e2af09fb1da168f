import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantCredits } from '../../store/credits.ts';
import type { OutOfOffice } from '../../wire/calcom/out-of-office.ts';
import type { SlotReservation } from '../../wire/calcom/reservations.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { getBusyTimes, listCalendars } from './calendars.ts';
import { chargeCredits, getAvailableCredits } from './credits.ts';
import { createOutOfOffice, deleteOutOfOffice, listOutOfOffice, updateOutOfOffice } from './out-of-office.ts';
import { deleteSlotReservation, getSlotReservation, reserveSlot, updateSlotReservation } from './reservations.ts';
import { listTeamEventTypes, listTeams } from './teams.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage([
    ...[getBusyTimes, listCalendars, chargeCredits, getAvailableCredits, listTeams, listTeamEventTypes],
    ...[createOutOfOffice, deleteOutOfOffice, listOutOfOffice, updateOutOfOffice],
    ...[deleteSlotReservation, getSlotReservation, reserveSlot, updateSlotReservation],
  ]);
});
afterAll(() => stage.close());

test('charges credits once for one reference', async () => {
  expect(await stage.refused('charge_credits', { credits: 5 })).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('0 credits are left'),
  });
  await stage.store.transaction((tx) => grantCredits(tx, { userId: stage.olivia.userId, credits: 20, note: 'test', now: stage.clock.now }));
  const first = await stage.done('charge_credits', { credits: 5, credit_for: 'AI_AGENT', external_ref: 'thread-1' });
  expect(first.output).toMatchObject({ charged: true, remainingBalance: { additional: 15 } });
  await stage.done('charge_credits', { credits: 5, credit_for: 'AI_AGENT', external_ref: 'thread-1' });
  expect((await stage.done('get_available_credits')).output).toMatchObject({ hasCredits: true, balance: { additional: 15 } });
  const planned = await stage.call('charge_credits', { credits: 1 }, { dryRun: true });
  expect(planned).toMatchObject({ status: 'planned', input: { credit_for: 'AI_AGENT', external_ref: expect.stringMatching(/^kalends-/) } });
});

test('closes days and opens them again', async () => {
  const table = async () => (await stage.cal.listOutOfOffice()).map(({ id: _id, uuid: _uuid, ...rest }) => rest);
  const created = await stage.write('create_out_of_office', { start: '2030-08-01', end: '2030-08-14', reason: 'vacation' });
  const { id } = created.output as OutOfOffice;
  expect(created.card).toMatchObject({ kind: 'record', title: 'Away Thu 1 Aug 2030 – Wed 14 Aug 2030' });
  const before = await table();
  const changed = await stage.write('update_out_of_office', { out_of_office_id: id, end: '2030-08-20', notes: 'Longer.' });
  expect(changed.output).toMatchObject({ end: '2030-08-20T23:59:59.999Z', notes: 'Longer.' });
  await changed.undo();
  expect(await table()).toEqual(before);
  const deleted = await stage.write('delete_out_of_office', { out_of_office_id: id });
  expect((await stage.done('list_out_of_office')).output).toEqual([]);
  await deleted.undo();
  expect(await table()).toEqual(before);
  const [entry] = await stage.cal.listOutOfOffice();
  expect(await stage.settle('create_out_of_office', { start: '2030-08-01', end: '2030-08-14' })).toMatchObject({ happened: true });
  expect(await stage.settle('create_out_of_office', { start: '2030-09-01' })).toEqual({ happened: false });
  expect(await stage.settle('update_out_of_office', { out_of_office_id: entry?.id, notes: 'x' }, entry)).toEqual({ happened: false });
  const again = await stage.write('create_out_of_office', { start: '2030-10-01' });
  await again.undo();
  expect(await table()).toEqual(before);
});

test('says what is wrong with days', async () => {
  expect((await stage.refused('create_out_of_office', { start: '2030-08-20', end: '2030-08-01' })).message).toContain('lies before');
  expect((await stage.refused('create_out_of_office', { start: 'soon' })).message).toContain('"soon" is not a date');
  expect(await stage.refused('delete_out_of_office', { out_of_office_id: 99 })).toMatchObject({ code: 'not_found' });
  expect((await stage.refused('update_out_of_office', { out_of_office_id: 99, notes: 'x' })).code).toBe('not_found');
});

test('holds a time, another one, and lets go, each with a way back', async () => {
  const held = await stage.write('reserve_slot', { event_type_id: 2, start: '2030-01-08T14:00', reservation_minutes: 10 });
  const { reservationUid: uid, slotStart } = held.output as SlotReservation;
  expect(slotStart).toBe('2030-01-08T13:00:00.000Z');
  expect(held.card).toMatchObject({ title: 'Held until 09:10', time: { label: 'Tue 8 Jan 2030, 14:00 – 14:30' } });
  const moved = await stage.write('update_slot_reservation', { reservation_uid: uid, start: '2030-01-08T15:00' });
  expect((await stage.done('get_slot_reservation', { reservation_uid: uid })).output).toMatchObject({
    slotStart: '2030-01-08T14:00:00.000Z',
  });
  await moved.undo();
  expect((await stage.done('get_slot_reservation', { reservation_uid: uid })).output).toMatchObject({
    slotStart: '2030-01-08T13:00:00.000Z',
  });
  const gone = await stage.write('delete_slot_reservation', { reservation_uid: uid });
  expect(await stage.refused('get_slot_reservation', { reservation_uid: uid })).toMatchObject({ code: 'not_found' });
  await gone.undo();
  expect((await stage.refused('reserve_slot', { event_type_id: 2, start: '2030-01-08T14:00' })).message).toContain('already reserved');
  const other = await stage.write('reserve_slot', { event_type_id: 2, start: '2030-01-08T16:00' });
  await other.undo();
  expect((await stage.refused('reserve_slot', { event_type_id: 2, start: '2030-01-01T16:00' })).message).toContain('in the past');
});

test('shows the calendars and when they are busy', async () => {
  expect((await stage.done('list_calendars')).card.items).toMatchObject([{ title: 'Kalends', status: { text: 'Blocks time' } }]);
  await stage.cal.createBooking({
    eventTypeId: 3,
    start: '2030-01-09T10:00:00Z',
    attendee: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' },
  });
  const { output, card } = await stage.done('get_busy_times', { start: '2030-01-08', end: '2030-01-11' });
  expect(output).toMatchObject([{ start: '2030-01-09T10:00:00.000Z', end: '2030-01-09T11:00:00.000Z' }]);
  expect(card.items?.[0]?.title).toBe('Wed 9 Jan 2030, 11:00 – 12:00');
  expect((await stage.done('get_busy_times', { start: '2030-01-10', end: '2030-01-11' })).output).toEqual([]);
  expect((await stage.refused('get_busy_times', { start: '2030-01-08', end: '2030-01-11', credential_id: 9 })).code).toBe('not_found');
  expect((await stage.refused('get_busy_times', { start: '2030-01-11', end: '2030-01-08' })).message).toContain('is not after the start');
});

test('lists teams and what can be booked of them', async () => {
  expect((await stage.done('list_teams')).card.note).toBe('You are in no team.');
  const team = await stage.cal.createTeam({ name: 'Support', slug: 'support' });
  await stage.cal.createTeamEventType(team.id, {
    title: 'Help',
    slug: 'help',
    lengthInMinutes: 30,
    schedulingType: 'roundRobin',
    assignAllTeamMembers: true,
  });
  expect((await stage.done('list_teams')).card.items).toMatchObject([{ title: 'Support' }]);
  const { card } = await stage.done('list_team_event_types', { team_id: team.id });
  expect(card.items?.[0]?.detail).toBe('30 min · help · hosts take turns · Olivia Owner');
  expect((await stage.refused('list_team_event_types', { team_id: 99 })).code).toMatch(/not_found|forbidden/);
});
