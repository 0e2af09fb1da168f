import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { email, language, rowId, timeZone } from './scalars.ts';

export const me = z.object({
  id: z.number(),
  username: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  bio: z.string().nullable(),
  /** 12 or 24 */
  timeFormat: z.number(),
  defaultScheduleId: z.number().nullable(),
  /** "Sunday" */
  weekStart: z.string(),
  /** IANA */
  timeZone: z.string(),
  organizationId: z.number().nullable(),
  organization: z.object({ isPlatform: z.boolean(), id: z.number() }).nullish(),
});

export type Me = z.output<typeof me>;
export type UpdateMe = z.input<typeof updateMeBody>;

export const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** ISO weekday of an English name: 1 is Monday, 7 is Sunday; `undefined` for any other word. */
export function toWeekday(name: string): number | undefined {
  const index: number = (weekdayNames as readonly string[]).indexOf(name);
  return index < 0 ? undefined : index + 1;
}

export const updateMeBody = z.object({
  email: email.optional(),
  name: z.string().min(1).max(200).optional(),
  timeFormat: z.union([z.literal(12), z.literal(24)], { error: 'timeFormat must be 12 or 24' }).optional(),
  defaultScheduleId: rowId('defaultScheduleId').optional(),
  weekStart: z.enum(weekdayNames).optional(),
  timeZone: timeZone.optional(),
  locale: language.optional(),
  avatarUrl: z.url().optional(),
  bio: z.string().max(5000).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export const getMe = endpoint({ method: 'GET', path: '/v2/me', response: success(me) });

export const updateMe = endpoint({ method: 'PATCH', path: '/v2/me', body: updateMeBody, response: success(me), isRepeatable: true });
