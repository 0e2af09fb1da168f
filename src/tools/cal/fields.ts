import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { ToolContext } from '../../toolkit/tool.ts';
import type { Booking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import type { Clients } from '../clients.ts';

export type CalContext = ToolContext<Clients>;

/** What all tools of this folder have in common. */
export const shared = { namespace: 'cal', accounts: ['local', 'hosted'] } as const;

const text = z.string().trim().min(1, { error: 'must not be empty' });

export const bookingUid = text.describe('The booking\'s uid, for example "bkg_8x2m"; list_bookings shows it.');

/** Other names of `booking_uid`. */
export const bookingUidAliases = { uid: 'booking_uid', id: 'booking_uid', booking: 'booking_uid' } as const;

export const moment = text.describe('An instant such as "2030-01-08T14:00:00Z", or a local time such as "2030-01-08T14:00".');

/** The same check as `z.email`, without its pattern in every schema a model reads. */
export const emailAddress = text.refine((address) => z.email().safeParse(address).success, { error: 'is not an e-mail address' });

/** Ids fit the database's integers. */
export const rowId = z.int().positive().max(2_147_483_647);

export const minutes = z.int().positive().max(1440);

export const eventTypeFields = {
  event_type_id: rowId.optional().describe("The event type's id, for example 2."),
  event_type_slug: text.optional().describe('Or its slug, for example "30min".'),
  username: text.optional().describe('Whose it is, for example "bailey"; yours when absent.'),
};

export const eventTypeAliases = { event_slug: 'event_type_slug', slug: 'event_type_slug' } as const;

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
  readonly event_type_id?: number | undefined;
  readonly event_type_slug?: string | undefined;
  readonly username?: string | undefined;
  readonly duration_minutes?: number | undefined;
}

/** The named event type; without a name the one of the wanted length, or the usual half hour, or the first. */
export async function findEventType(wanted: EventTypeReference, context: CalContext): Promise<EventType> {
  if (wanted.event_type_id !== undefined) return findById(wanted.event_type_id, context);
  const { event_type_slug: slug, username, duration_minutes: length } = wanted;
  const offered = (await listOf(wanted, context)).filter(({ hidden }) => slug !== undefined || hidden !== true);
  const found =
    slug === undefined
      ? (offered.find((eventType) => offersLength(eventType, length ?? 30)) ?? (length === undefined ? offered[0] : undefined))
      : offered.find((eventType) => eventType.slug === slug);
  if (found) return found;
  const what = slug === undefined ? `of ${length ?? 30} minutes` : `named "${slug}"`;
  const others = slug === undefined || username === undefined ? offered : await listOf({ username }, context);
  throw new AppError('not_found', `There is no event type ${what}${username === undefined ? '' : ` of "${username}"`}.`, {
    hint:
      others.length > 0
        ? `There are: ${others.map((eventType) => `${eventType.slug} (${eventType.lengthInMinutes} min)`).join(', ')}.`
        : username === undefined
          ? 'Create one first.'
          : 'Look whether the username is right.',
  });
}

/** An event type of one's own; `undefined` for somebody else's, which only the public list tells of. */
export async function findOwnEventType(id: number, { clients, signal }: CalContext): Promise<EventType | undefined> {
  try {
    return await clients.cal.getEventType(id, { signal });
  } catch (error) {
    if (error instanceof AppError && ['not_found', 'forbidden', 'unauthenticated'].includes(error.code)) return undefined;
    throw error;
  }
}

export function offersLength(eventType: EventType, length: number): boolean {
  return eventType.lengthInMinutes === length || (eventType.lengthInMinutesOptions ?? []).includes(length);
}

/** Of somebody else's event types the public list tells; it needs no key. */
async function listOf({ username, event_type_slug: slug }: EventTypeReference, { clients, signal }: CalContext) {
  const query = username === undefined ? {} : { username, ...(slug === undefined ? {} : { eventSlug: slug }) };
  return clients.cal.listEventTypes(query, { signal });
}

async function findById(id: number, { clients, signal }: CalContext): Promise<EventType> {
  try {
    return await clients.cal.getEventType(id, { signal });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'not_found') {
      throw new AppError('not_found', `There is no event type ${id}.`, { cause: error, hint: 'List the event types: each shows its id.' });
    }
    if (error.code !== 'forbidden' && error.code !== 'unauthenticated') throw error;
    throw new AppError(error.code, `The event type ${id} is not one of yours.`, {
      cause: error,
      hint: 'Name it by username and event_type_slug; that needs no key.',
    });
  }
}
