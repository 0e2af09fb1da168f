import type { DateOverride, WeeklyHours } from '../scheduling/index.ts';
import * as rows from '../store/schedules.ts';
import type { Handle } from '../store/store.ts';
import { toWeekday, weekdayNames } from '../wire/calcom/me.ts';
import * as endpoints from '../wire/calcom/schedules.ts';
import type { Caller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';
import { definedOnly } from './me.ts';
import { type App, ok, parseId, type Service, serve } from './serve.ts';

const WORKING_HOURS: readonly WeeklyHours[] = [{ days: [1, 2, 3, 4, 5], startMinute: 9 * 60, endMinute: 17 * 60 }];

/** `/v2/schedules` */
export function serveSchedules(app: App, service: Service): void {
  const { store, now } = service;

  serve(app, service, endpoints.listSchedules, {
    answer: async ({ caller }) => ok((await rows.listSchedules(store.db, caller.id)).map(toSchedule)),
  });

  serve(app, service, endpoints.getDefaultSchedule, {
    answer: async ({ caller }) => {
      const schedule = await rows.getDefaultSchedule(store.db, caller.id);
      return ok(schedule === undefined ? null : toSchedule(schedule));
    },
  });

  serve(app, service, endpoints.getSchedule, {
    answer: async ({ caller, params }) => ok(toSchedule(await readOwn(store.db, caller, params.scheduleId))),
  });

  serve(app, service, endpoints.createSchedule, {
    answer: async ({ caller, body }) => {
      const { name, timeZone, isDefault, availability, overrides = [] } = body;
      const hours = availability === undefined ? WORKING_HOURS : availability.map(toHours);
      const days = overrides.map(toOverride);
      const created = await store.transaction((tx) =>
        rows.createSchedule(tx, { userId: caller.id, name, timeZone, isDefault, hours, overrides: days, now: now() }),
      );
      return ok(toSchedule(created));
    },
  });

  serve(app, service, endpoints.updateSchedule, {
    answer: async ({ caller, params, body }) => {
      const { availability, overrides, ...plain } = body;
      const changes = {
        ...definedOnly(plain),
        ...(availability === undefined ? {} : { hours: availability.map(toHours) }),
        ...(overrides === undefined ? {} : { overrides: overrides.map(toOverride) }),
        now: now(),
      };
      return await store.transaction(async (tx) => {
        const { id } = await readOwn(tx, caller, params.scheduleId);
        const updated = await rows.updateSchedule(tx, id, changes);
        if (updated === undefined) throw missing(404, id);
        return ok(toSchedule(updated));
      });
    },
  });

  serve(app, service, endpoints.deleteSchedule, {
    answer: async ({ caller, params }) =>
      await store.transaction(async (tx) => {
        const schedule = await readOwn(tx, caller, params.scheduleId, 400);
        await rows.deleteSchedule(tx, schedule.id);
        // Without a default all event types that rely on it would silently close.
        const [next] = schedule.isDefault ? await rows.listSchedules(tx, caller.id) : [];
        if (next !== undefined) await rows.updateSchedule(tx, next.id, { isDefault: true, now: now() });
        return { status: 'success' } as const;
      }),
  });
}

async function readOwn(handle: Handle, caller: Caller, scheduleId: string | undefined, missingStatus: 400 | 404 = 404) {
  const id = parseId(scheduleId);
  const schedule = await rows.getSchedule(handle, id);
  if (schedule === undefined) throw missing(missingStatus, id);
  if (schedule.userId !== caller.id) throw new HttpFailure(403, `User with ID=${caller.id} does not own schedule with ID=${id}`);
  return schedule;
}

function missing(status: 400 | 404, id: number): HttpFailure {
  return new HttpFailure(status, `Schedule with ID=${id} does not exist.`);
}

interface ClockRange {
  readonly startTime: string;
  readonly endTime: string;
}

function toHours({ days, startTime, endTime }: ClockRange & { readonly days: readonly string[] }): WeeklyHours {
  const startMinute = toMinute(startTime);
  const endMinute = toMinute(endTime);
  if (endMinute <= startMinute) {
    throw new HttpFailure(
      400,
      `availability must end after it starts, but "${startTime}" to "${endTime}" does not; for midnight write "23:59".`,
    );
  }
  return { days: toWeekdays(days), startMinute, endMinute };
}

function toOverride({ date, startTime, endTime }: ClockRange & { readonly date: string }): DateOverride {
  const startMinute = toMinute(startTime);
  const endMinute = toMinute(endTime);
  if (endMinute < startMinute) {
    throw new HttpFailure(
      400,
      `overrides must not end before they start, but "${startTime}" to "${endTime}" on ${date} does; "00:00" to "00:00" closes the day.`,
    );
  }
  return { date, startMinute, endMinute };
}

function toWeekdays(days: readonly string[]): number[] {
  return [...new Set(days.flatMap((day) => toWeekday(day) ?? []))].sort((one, other) => one - other);
}

function toMinute(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function toClock(minute: number): string {
  const shown = Math.min(minute, 1439);
  return `${String(Math.floor(shown / 60)).padStart(2, '0')}:${String(shown % 60).padStart(2, '0')}`;
}

function toSchedule(row: rows.ScheduleRecord): endpoints.Schedule {
  return {
    id: row.id,
    ownerId: row.userId,
    name: row.name,
    timeZone: row.timeZone,
    availability: row.hours.map(({ days, startMinute, endMinute }) => ({
      days: days.map((day) => weekdayNames[day - 1] ?? 'Monday'),
      startTime: toClock(startMinute),
      endTime: toClock(endMinute),
    })),
    isDefault: row.isDefault,
    overrides: row.overrides.map(({ date, startMinute, endMinute }) => ({
      date,
      startTime: toClock(startMinute),
      endTime: toClock(endMinute),
    })),
  };
}
