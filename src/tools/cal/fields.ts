import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { ToolContext } from '../../toolkit/tool.ts';
import type { Booking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import type { CalcomClient } from '../../wire/calcom/index.ts';
import type { Clients } from '../clients.ts';

export type CalContext = ToolContext<Clients>;

export const bookingUid = z
  .string()
  .trim()
  .min(1, { error: 'must not be empty' })
  .describe('The booking\'s uid, for example "bk_7Xq2…"; list_bookings shows it.');

export const moment = z
  .string()
  .trim()
  .min(1, { error: 'must not be empty' })
  .describe('An instant such as "2030-01-08T14:00:00Z", or a local time such as "2030-01-08T14:00".');

export const eventTypeFields = {
  eventTypeId: z.int().positive().optional().describe("The event type's id, for example 2."),
  eventTypeSlug: z.string().trim().min(1).optional().describe('Or its slug, for example "30min".'),
};

/** The booking; `not_found` tells how to find one. */
export async function findBooking(uid: string, { clients, signal }: CalContext): Promise<Booking> {
  try {
    return await clients.cal.getBooking(uid, { signal });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    throw new AppError('not_found', `There is no booking "${uid}".`, { cause: error, hint: 'List the bookings: each shows its uid.' });
  }
}

export interface EventTypeReference {
  readonly eventTypeId?: number | undefined;
  readonly eventTypeSlug?: string | undefined;
  readonly durationMinutes?: number | undefined;
}

/** The named event type; without a name the one of the wanted length, or the usual half hour, or the first. */
export async function findEventType(cal: CalcomClient, wanted: EventTypeReference, signal: AbortSignal): Promise<EventType> {
  if (wanted.eventTypeId !== undefined) return cal.getEventType(wanted.eventTypeId, { signal });
  const own = (await cal.listEventTypes({}, { signal })).filter(
    (eventType) => wanted.eventTypeSlug !== undefined || eventType.hidden !== true,
  );
  const found =
    wanted.eventTypeSlug === undefined
      ? (own.find((eventType) => offersLength(eventType, wanted.durationMinutes ?? 30)) ??
        (wanted.durationMinutes === undefined ? own[0] : undefined))
      : own.find((eventType) => eventType.slug === wanted.eventTypeSlug);
  if (found) return found;
  const what = wanted.eventTypeSlug === undefined ? `of ${wanted.durationMinutes ?? 30} minutes` : `named "${wanted.eventTypeSlug}"`;
  throw new AppError('not_found', `There is no event type ${what}.`, {
    hint:
      own.length > 0
        ? `There are: ${own.map((eventType) => `${eventType.slug} (${eventType.lengthInMinutes} min)`).join(', ')}.`
        : 'Create one first.',
  });
}

export function offersLength(eventType: EventType, minutes: number): boolean {
  return eventType.lengthInMinutes === minutes || (eventType.lengthInMinutesOptions ?? []).includes(minutes);
}
