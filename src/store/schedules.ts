import { sql, type Updateable } from 'kysely';
import type { DateOverride, WeeklyHours } from '../scheduling/model.ts';
import type { SchedulesTable } from './database.ts';
import { json, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

const COLUMNS = [
  'schedules.id',
  'schedules.user_id as userId',
  'schedules.name',
  'schedules.time_zone as timeZone',
  'schedules.hours',
  'schedules.overrides',
  'schedules.created_at as createdAt',
  'schedules.updated_at as updatedAt',
] as const;

export interface ScheduleRecord {
  readonly id: number;
  readonly userId: number;
  readonly name: string;
  readonly timeZone: string;
  readonly hours: readonly WeeklyHours[];
  readonly overrides: readonly DateOverride[];
  readonly isDefault: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewSchedule {
  readonly userId: number;
  readonly name: string;
  readonly timeZone: string;
  readonly hours: readonly WeeklyHours[];
  readonly overrides?: readonly DateOverride[];
  readonly isDefault: boolean;
  readonly now: number;
}

/** A schedule that becomes the default replaces the one before; call it in a transaction. */
export async function createSchedule(
  handle: Handle,
  { userId, name, timeZone, hours, overrides = [], isDefault, now }: NewSchedule,
): Promise<ScheduleRecord> {
  const row = await handle
    .insertInto('schedules')
    .values({
      user_id: userId,
      name,
      time_zone: timeZone,
      hours: json(hours),
      overrides: json(overrides),
      created_at: timestamp(now),
      updated_at: timestamp(now),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  if (isDefault) {
    await setDefaultSchedule(handle, { userId, scheduleId: row.id, now });
  }
  return { ...row, isDefault };
}

export async function getSchedule(handle: Handle, id: number): Promise<ScheduleRecord | undefined> {
  return await selectSchedules(handle).where('schedules.id', '=', id).executeTakeFirst();
}

export async function getDefaultSchedule(handle: Handle, userId: number): Promise<ScheduleRecord | undefined> {
  return await selectSchedules(handle)
    .where('schedules.user_id', '=', userId)
    .whereRef('users.default_schedule_id', '=', 'schedules.id')
    .executeTakeFirst();
}

export async function listSchedules(handle: Handle, userId: number): Promise<readonly ScheduleRecord[]> {
  return await selectSchedules(handle).where('schedules.user_id', '=', userId).orderBy('schedules.id').execute();
}

export interface ScheduleChanges {
  readonly name?: string;
  readonly timeZone?: string;
  readonly hours?: readonly WeeklyHours[];
  readonly overrides?: readonly DateOverride[];
  /** True makes it the default, false stops it from being the default. */
  readonly isDefault?: boolean;
  readonly now: number;
}

/** Arrays replace the stored ones whole; `undefined` when there is no such schedule. Call it in a transaction. */
export async function updateSchedule(handle: Handle, id: number, changes: ScheduleChanges): Promise<ScheduleRecord | undefined> {
  const values: Updateable<SchedulesTable> = {
    updated_at: timestamp(changes.now),
    ...(changes.name === undefined ? {} : { name: changes.name }),
    ...(changes.timeZone === undefined ? {} : { time_zone: changes.timeZone }),
    ...(changes.hours === undefined ? {} : { hours: json(changes.hours) }),
    ...(changes.overrides === undefined ? {} : { overrides: json(changes.overrides) }),
  };
  const row = await handle.updateTable('schedules').set(values).where('id', '=', id).returning('user_id as userId').executeTakeFirst();
  if (row === undefined) {
    return undefined;
  }
  if (changes.isDefault === true) {
    await setDefaultSchedule(handle, { userId: row.userId, scheduleId: id, now: changes.now });
  } else if (changes.isDefault === false) {
    await handle
      .updateTable('users')
      .set({ default_schedule_id: null, updated_at: timestamp(changes.now) })
      .where('id', '=', row.userId)
      .where('default_schedule_id', '=', id)
      .execute();
  }
  return await getSchedule(handle, id);
}

/** Event types that used it fall back to the default; `false` when there is no such schedule. */
export async function deleteSchedule(handle: Handle, id: number): Promise<boolean> {
  const result = await handle.deleteFrom('schedules').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

async function setDefaultSchedule(
  handle: Handle,
  { userId, scheduleId, now }: { readonly userId: number; readonly scheduleId: number; readonly now: number },
): Promise<void> {
  await handle
    .updateTable('users')
    .set({ default_schedule_id: scheduleId, updated_at: timestamp(now) })
    .where('id', '=', userId)
    .execute();
}

function selectSchedules(handle: Handle) {
  return handle
    .selectFrom('schedules')
    .innerJoin('users', 'users.id', 'schedules.user_id')
    .select(COLUMNS)
    .select(sql<boolean>`users.default_schedule_id is not distinct from schedules.id`.as('isDefault'));
}
