import { z } from 'zod';
import type { Card, CardField } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import type { Schedule, UpdateSchedule } from '../../wire/calcom/schedules.ts';
import type { CalContext } from './fields.ts';
import { formatDates, formatHours, parseDates, parseHours } from './hours.ts';
import { findOr } from './undoing.ts';

export const scheduleId = z.int().positive().max(2_147_483_647).describe("The schedule's id, for example 1.");
export const hours = z.string().describe('Weekly hours, for example "Mon-Fri 09:00-12:00, 13:00-17:00".');
export const dates = z.string().describe('Other hours on single dates, for example "2030-12-24 09:00-12:00, 2030-12-25 closed".');

interface Wish {
  readonly name?: string | undefined;
  readonly hours?: string | undefined;
  readonly dates?: string | undefined;
  readonly time_zone?: string | undefined;
}

/** What the words of a wish mean to the API; what they leave out is absent. */
export function toChanges({ name, hours: weekly, dates: single, time_zone }: Wish) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(time_zone === undefined ? {} : { timeZone: checkTimeZone(time_zone) }),
    ...(weekly === undefined ? {} : { availability: parseHours(weekly) }),
    ...(single === undefined ? {} : { overrides: parseDates(single) }),
  } satisfies UpdateSchedule;
}

/** The hours of a schedule in the words that `toChanges` reads. */
export function toWords({ availability, overrides }: Pick<Schedule, 'availability' | 'overrides'>) {
  return { hours: formatHours(availability), dates: formatDates(overrides) };
}

/** The API's own `availability` and `overrides`, as lists or in words, under the names they have here. */
export function acceptHours(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { availability, overrides, ...others } = raw;
  return {
    ...others,
    ...(availability === undefined ? {} : { hours: Array.isArray(availability) ? formatHours(availability.map(toSpan)) : availability }),
    ...(overrides === undefined ? {} : { dates: Array.isArray(overrides) ? formatDates(overrides.map(toSpan)) : overrides }),
  };
}

function toSpan(given: unknown) {
  const span = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>; // checked member by member below
  const days = Array.isArray(span.days) ? span.days.map(String) : [];
  const [startTime, endTime] = [String(span.startTime ?? span.start_time ?? ''), String(span.endTime ?? span.end_time ?? '')];
  return { days, date: String(span.date ?? ''), startTime, endTime };
}

export function findSchedule(id: number, { clients, signal }: CalContext): Promise<Schedule> {
  return findOr(clients.cal.getSchedule(id, { signal }), { what: `schedule ${id}`, list: 'list_schedules' });
}

type Shown = Pick<Schedule, 'name' | 'timeZone' | 'availability' | 'overrides'> & Partial<Pick<Schedule, 'id' | 'isDefault'>>;

export function toScheduleCard({ id, name, timeZone, availability, overrides, isDefault }: Shown): Card {
  return {
    kind: 'record',
    title: name,
    ...(isDefault === true ? { status: { text: 'Default', tone: 'good' } } : {}),
    fields: [
      { label: 'Hours', value: formatHours(availability) },
      ...(overrides.length === 0 ? [] : [{ label: 'Single dates', value: formatDates(overrides) }]),
      { label: 'Time zone', value: timeZone },
      ...(id === undefined ? [] : [{ label: 'Id', value: String(id) }]),
    ],
  };
}

/** What a change takes away, for the card of the question. */
export function untilNow(before: Schedule, changes: UpdateSchedule): CardField[] {
  const words = toWords(before);
  return [
    ...(changes.name === undefined ? [] : [{ label: 'Name until now', value: before.name }]),
    ...(changes.availability === undefined ? [] : [{ label: 'Hours until now', value: words.hours }]),
    ...(changes.overrides === undefined ? [] : [{ label: 'Single dates until now', value: words.dates }]),
    ...(changes.timeZone === undefined ? [] : [{ label: 'Time zone until now', value: before.timeZone }]),
  ];
}
