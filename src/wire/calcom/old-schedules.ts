import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { bareSuccess, success } from './envelope.ts';
import { timeZone } from './scalars.ts';

/** The schedules of the API before its versions; the modern ones begin with 2024-06-11. */
const VERSIONS = ['2024-04-15'] as const;

/** "09:00", or the clock time of an ISO date-time. */
const clock = z.string().regex(/^(?:\d{4}-\d{2}-\d{2}T)?(?:[01]\d|2[0-3]):[0-5]\d/, { error: 'a time must look like "09:00"' });

const availability = z.object({
  /** 0 is Sunday. */
  days: z.array(z.int().min(0).max(6)),
  startTime: clock,
  endTime: clock,
});

export const oldScheduleBody = z.object({
  name: z.string({ error: 'name must be a string' }).min(1),
  timeZone,
  isDefault: z.boolean().optional(),
  availabilities: z.array(availability).optional(),
});

export const oldScheduleChanges = z.object({
  name: z.string().min(1).optional(),
  timeZone: timeZone.optional(),
  isDefault: z.boolean().optional(),
  availabilities: z.array(availability).optional(),
});

export const oldSchedule = z.object({
  id: z.number(),
  userId: z.number(),
  name: z.string(),
  timeZone: z.string(),
  isDefault: z.boolean(),
  /** Minutes after midnight; day 0 is Sunday. */
  workingHours: z.array(z.object({ days: z.array(z.number()), startTime: z.number(), endTime: z.number() })),
  dateOverrides: z.array(z.object({ date: z.string(), startTime: z.string(), endTime: z.string() })),
  readOnly: z.boolean(),
});

export type OldSchedule = z.output<typeof oldSchedule>;
export type OldScheduleInput = z.output<typeof oldScheduleChanges>;

export const listOldSchedules = endpoint({
  method: 'GET',
  path: '/v2/schedules',
  versions: VERSIONS,
  response: success(z.array(oldSchedule)),
});

export const getOldDefaultSchedule = endpoint({
  method: 'GET',
  path: '/v2/schedules/default',
  versions: VERSIONS,
  response: success(oldSchedule.nullable()),
});

export const getOldSchedule = endpoint({
  method: 'GET',
  path: '/v2/schedules/:scheduleId',
  versions: VERSIONS,
  response: success(oldSchedule),
});

export const createOldSchedule = endpoint({
  method: 'POST',
  path: '/v2/schedules',
  versions: VERSIONS,
  body: oldScheduleBody,
  response: success(oldSchedule),
  status: 201,
});

export const updateOldSchedule = endpoint({
  method: 'PATCH',
  path: '/v2/schedules/:scheduleId',
  versions: VERSIONS,
  body: oldScheduleChanges,
  response: success(oldSchedule),
  isRepeatable: true,
});

export const deleteOldSchedule = endpoint({
  method: 'DELETE',
  path: '/v2/schedules/:scheduleId',
  versions: VERSIONS,
  response: bareSuccess,
});
