import { toWeekday, weekdayNames } from '../wire/calcom/me.ts';
import * as endpoints from '../wire/calcom/old-schedules.ts';
import * as modern from '../wire/calcom/schedules.ts';
import { type App, ok, type Service, serve } from './serve.ts';

/** `/v2/schedules` of the API before its versions, where weekdays are numbers. */
export function serveOldSchedules(app: App, service: Service): void {
  serve(app, service, endpoints.listOldSchedules, {
    answer: async ({ relay }) => ok((await relay(modern.listSchedules, {})).data.map(toOldSchedule)),
  });

  serve(app, service, endpoints.getOldDefaultSchedule, {
    answer: async ({ relay }) => {
      const { data } = await relay(modern.getDefaultSchedule, {});
      return ok(data === null ? null : toOldSchedule(data));
    },
  });

  serve(app, service, endpoints.getOldSchedule, {
    answer: async ({ params, relay }) => {
      const { data } = await relay(modern.getSchedule, { params: { scheduleId: params.scheduleId ?? '' } });
      return ok(toOldSchedule(data));
    },
  });

  serve(app, service, endpoints.createOldSchedule, {
    answer: async ({ body, relay }) => {
      const { name, timeZone, isDefault = true } = body;
      const { data } = await relay(modern.createSchedule, { body: { ...toChanges(body), name, timeZone, isDefault } });
      return ok(toOldSchedule(data));
    },
  });

  serve(app, service, endpoints.updateOldSchedule, {
    answer: async ({ params, body, relay }) => {
      const { data } = await relay(modern.updateSchedule, { params: { scheduleId: params.scheduleId ?? '' }, body: toChanges(body) });
      return ok(toOldSchedule(data));
    },
  });

  serve(app, service, endpoints.deleteOldSchedule, {
    answer: async ({ params, relay }) => await relay(modern.deleteSchedule, { params: { scheduleId: params.scheduleId ?? '' } }),
  });
}

function toChanges({ name, timeZone, isDefault, availabilities }: endpoints.OldScheduleInput): modern.UpdateSchedule {
  return {
    ...(name === undefined ? {} : { name }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(isDefault === undefined ? {} : { isDefault }),
    ...(availabilities === undefined
      ? {}
      : {
          availability: availabilities.map(({ days, startTime, endTime }) => ({
            // The list of names begins with Monday, the numbers with Sunday.
            days: days.map((day) => weekdayNames[(day + 6) % 7] ?? 'Sunday'),
            startTime: toClock(startTime),
            endTime: toClock(endTime),
          })),
        }),
  };
}

function toClock(text: string): string {
  return /(\d{2}:\d{2})/.exec(text)?.[1] ?? text;
}

function toMinute(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const total = hour * 60 + minute;
  return total === 1439 ? 1440 : total;
}

function toOldSchedule(row: modern.Schedule): endpoints.OldSchedule {
  return {
    id: row.id,
    userId: row.ownerId,
    name: row.name,
    timeZone: row.timeZone,
    isDefault: row.isDefault,
    workingHours: row.availability.map(({ days, startTime, endTime }) => ({
      days: days.map((day) => (toWeekday(day) ?? 7) % 7),
      startTime: toMinute(startTime),
      endTime: toMinute(endTime),
    })),
    dateOverrides: row.overrides,
    readOnly: false,
  };
}
