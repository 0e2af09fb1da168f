import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { bareSuccess, success } from './envelope.ts';
import { weekdayNames } from './me.ts';
import { calendarDate, timeZone } from './scalars.ts';

const VERSIONS = ['2024-06-11', '2024-06-14'] as const;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
  error: (issue) => `must be a time as HH:MM such as "09:00", not ${JSON.stringify(issue.input)}`,
});

const availabilityInput = z.object({
  days: z.array(z.enum(weekdayNames, { error: `days must be names of weekdays: ${weekdayNames.join(', ')}` })).min(1),
  startTime: clockTime,
  endTime: clockTime,
});

const overrideInput = z.object({ date: calendarDate, startTime: clockTime, endTime: clockTime });

export const createScheduleBody = z.object({
  name: z.string().min(1).max(200),
  timeZone,
  isDefault: z.boolean(),
  availability: z.array(availabilityInput).max(200).optional(),
  overrides: z.array(overrideInput).max(1000).optional(),
});

export const updateScheduleBody = createScheduleBody.partial();

export const schedule = z.object({
  id: z.number(),
  ownerId: z.number(),
  name: z.string(),
  timeZone: z.string(),
  /** Wall-clock hours in the schedule's zone; 23:59 is the end of the day. */
  availability: z.array(z.object({ days: z.array(z.string()), startTime: z.string(), endTime: z.string() })),
  isDefault: z.boolean(),
  /** 00:00-00:00 closes the day. */
  overrides: z.array(z.object({ date: z.string(), startTime: z.string(), endTime: z.string() })),
});

export type Schedule = z.output<typeof schedule>;
export type CreateSchedule = z.input<typeof createScheduleBody>;
export type UpdateSchedule = z.input<typeof updateScheduleBody>;

export const listSchedules = endpoint({
  method: 'GET',
  path: '/v2/schedules',
  versions: VERSIONS,
  response: success(z.array(schedule)),
});

export const getDefaultSchedule = endpoint({
  method: 'GET',
  path: '/v2/schedules/default',
  versions: VERSIONS,
  response: success(schedule.nullable()),
});

export const getSchedule = endpoint({
  method: 'GET',
  path: '/v2/schedules/:scheduleId',
  versions: VERSIONS,
  response: success(schedule),
});

export const createSchedule = endpoint({
  method: 'POST',
  path: '/v2/schedules',
  versions: VERSIONS,
  body: createScheduleBody,
  response: success(schedule),
  status: 201,
});

export const updateSchedule = endpoint({
  method: 'PATCH',
  path: '/v2/schedules/:scheduleId',
  versions: VERSIONS,
  body: updateScheduleBody,
  response: success(schedule),
  isRepeatable: true,
});

export const deleteSchedule = endpoint({
  method: 'DELETE',
  path: '/v2/schedules/:scheduleId',
  versions: VERSIONS,
  response: bareSuccess,
});
