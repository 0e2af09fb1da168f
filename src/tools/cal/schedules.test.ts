import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schedule } from '../../wire/calcom/schedules.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { createSchedule, deleteSchedule, getSchedule, listSchedules, setDefaultSchedule, updateSchedule } from './schedules.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage([createSchedule, deleteSchedule, getSchedule, listSchedules, setDefaultSchedule, updateSchedule]);
});
afterAll(() => stage.close());

const table = async () =>
  (await stage.cal.listSchedules()).map(({ id: _id, ...rest }) => rest).toSorted((a, b) => (a.name < b.name ? -1 : 1));

test('creates a schedule from words and takes it back, with the default that was', async () => {
  const before = await table();
  const written = await stage.write('create_schedule', {
    name: 'Summer',
    availability: [{ days: ['Monday', 'Tuesday'], startTime: '08:00', endTime: '14:00' }],
    dates: '2030-07-01 closed',
    is_default: true,
  });
  const created: Schedule = written.output;
  expect(created).toMatchObject({
    name: 'Summer',
    timeZone: 'Europe/Amsterdam',
    isDefault: true,
    availability: [{ days: ['Monday', 'Tuesday'], startTime: '08:00', endTime: '14:00' }],
    overrides: [{ date: '2030-07-01', startTime: '00:00', endTime: '00:00' }],
  });
  expect(written.asked.fields).toContainEqual({ label: 'Default instead of', value: 'Working hours' });
  expect((await stage.done('list_schedules')).card.items).toHaveLength(2);
  await written.undo();
  expect(await table()).toEqual(before);
});

test('changes only what is said, and back', async () => {
  const before = await table();
  const written = await stage.write('update_schedule', { schedule_id: 1, hours: 'Mon-Thu 10:00-16:00', dates: '2030-12-25 closed' });
  expect((written.output as Schedule).name).toBe('Working hours');
  expect(written.asked.fields).toContainEqual({ label: 'Hours until now', value: 'Mon-Fri 09:00-17:00' });
  await written.undo();
  expect(await table()).toEqual(before);
});

test('does not undo over a later change', async () => {
  const written = await stage.write('update_schedule', { schedule_id: 1, name: 'Office' });
  await stage.done('update_schedule', { schedule_id: 1, name: 'Bureau' });
  await expect(written.undo()).rejects.toThrow('"Office" was changed since');
  await stage.done('update_schedule', { schedule_id: 1, name: 'Working hours' });
});

test('changes the default and deletes, both with a way back', async () => {
  const other: Schedule = (await stage.done('create_schedule', { name: 'Winter', hours: 'Sat 10:00-12:00' })).output;
  const before = await table();
  const changed = await stage.write('set_default_schedule', { schedule_id: other.id });
  expect(((await stage.done('get_schedule')).output as Schedule).name).toBe('Winter');
  await changed.undo();
  expect(await table()).toEqual(before);

  await stage.cal.updateEventType(1, { scheduleId: other.id });
  const deleted = await stage.write('delete_schedule', { schedule_id: other.id });
  expect(deleted.asked.fields).toContainEqual({ label: 'Used by', value: '15 Min Meeting' });
  const { caveats } = await deleted.undo();
  expect(caveats.join(' ')).toContain('15 Min Meeting');
  expect(await table()).toEqual(before);
});

test('says what is wrong', async () => {
  expect(await stage.refused('get_schedule', { schedule_id: 99 })).toMatchObject({
    code: 'not_found',
    message: 'There is no schedule 99.',
  });
  expect((await stage.refused('update_schedule', { schedule_id: 1 })).message).toContain('Nothing is said about what should change');
  expect((await stage.refused('create_schedule', { name: 'x', hours: 'Mon' })).message).toContain('without their hours');
  expect(await stage.refused('set_default_schedule', { schedule_id: 1 })).toMatchObject({ code: 'conflict' });
});

test('settles what a crash broke off', async () => {
  const before = await stage.cal.getSchedule(1);
  expect(await stage.settle('update_schedule', { schedule_id: 1, name: 'Other' }, before)).toEqual({ happened: false });
  expect(await stage.settle('update_schedule', { schedule_id: 1, name: 'Working hours' }, { ...before, name: 'Old' })).toMatchObject({
    happened: true,
  });
  expect(await stage.settle('delete_schedule', { schedule_id: 99 }, { schedule: before })).toMatchObject({ happened: true });
  expect(await stage.settle('create_schedule', { name: 'Never made' })).toEqual({ happened: false });
});
