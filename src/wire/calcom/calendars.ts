import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { isTimeZone, parseInstant, wholeNumber } from './scalars.ts';

/** A calendar that can block time. */
export const calendar = z.object({
  /** The address of a feed; an email address. */
  externalId: z.string(),
  integration: z.string().optional(),
  name: z.string().optional(),
  primary: z.boolean().nullish(),
  readOnly: z.boolean(),
  email: z.string().optional(),
  /** Its events block time. */
  isSelected: z.boolean(),
  credentialId: z.number(),
  delegationCredentialId: z.string().nullish(),
});

export const connectedCalendar = z.object({
  integration: z.object({
    name: z.string(),
    description: z.string(),
    /** "ics-feed_calendar" */
    type: z.string(),
    title: z.string().optional(),
    variant: z.string(),
    category: z.string().optional(),
    categories: z.array(z.string()),
    logo: z.string(),
    publisher: z.string(),
    slug: z.string(),
    url: z.string(),
    email: z.string(),
    locationOption: z.unknown().nullable(),
    dirName: z.string().optional(),
    installed: z.boolean().optional(),
  }),
  credentialId: z.number(),
  delegationCredentialId: z.string().nullish(),
  primary: calendar.optional(),
  calendars: z.array(calendar).optional(),
  /** Why it is not up to date. */
  error: z.object({ message: z.string() }).optional(),
});

export const destinationCalendar = z.object({
  id: z.unknown(),
  integration: z.string(),
  externalId: z.string(),
  primaryEmail: z.string().nullable(),
  userId: z.number().nullable(),
  eventTypeId: z.number().nullable(),
  credentialId: z.number().nullable(),
  name: z.string().nullish(),
  primary: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  email: z.string().optional(),
  integrationTitle: z.string().optional(),
});

const connectedCalendars = z.object({ connectedCalendars: z.array(connectedCalendar), destinationCalendar });

export type ConnectedCalendars = z.output<typeof connectedCalendars>;
export type ConnectedCalendar = z.output<typeof connectedCalendar>;

export const listCalendars = endpoint({ method: 'GET', path: '/v2/calendars', response: success(connectedCalendars) });

const loaded = z.object({
  credentialId: wholeNumber('credentialId'),
  externalId: z.string({ error: 'externalId must be a string' }).min(1, { error: 'externalId must not be empty' }),
});

/** A date, or a moment. */
const bound = (name: string) =>
  z
    .string()
    .refine((text) => parseInstant(text) !== undefined, { error: `${name} must be a date such as "2030-01-07" or an ISO 8601 moment` })
    .optional();

const zone = (name: string) =>
  z
    .string()
    .refine(isTimeZone, { error: `${name} must be an IANA time zone such as "Europe/Rome"` })
    .optional();

/** The calendars are named as the documentation's example does, `calendarsToLoad[0][credentialId]=1`, or one of them as its table does, flat. */
export const busyTimesQuery = z.object({
  loggedInUsersTz: zone('loggedInUsersTz'),
  timeZone: zone('timeZone'),
  dateFrom: bound('dateFrom'),
  dateTo: bound('dateTo'),
  calendarsToLoad: z.union([z.array(loaded).min(1).max(100), loaded.transform((one) => [one])]).optional(),
  credentialId: wholeNumber('credentialId').optional(),
  externalId: z.string().min(1).optional(),
});

const busyTime = z.object({ start: z.string(), end: z.string(), source: z.string().nullish() });

export type BusyTime = z.output<typeof busyTime>;

export const getBusyTimes = endpoint({
  method: 'GET',
  path: '/v2/calendars/busy-times',
  query: busyTimesQuery,
  response: success(z.array(busyTime)),
});

const credential = z.object({
  id: z.number(),
  type: z.string(),
  userId: z.number().nullable(),
  teamId: z.number().nullable(),
  appId: z.string().nullable(),
  invalid: z.boolean().nullable(),
});

export type CalendarCredential = z.output<typeof credential>;

export const saveIcsFeedBody = z.object({
  urls: z
    .array(z.string({ error: 'urls must be a list of addresses' }).min(1).max(2000), { error: 'urls must be a list of addresses' })
    .min(1, { error: 'urls must name at least one address' })
    .max(10, { error: 'urls must not name more than 10 addresses' }),
  readOnly: z.boolean().optional(),
});

export type SaveIcsFeed = z.input<typeof saveIcsFeedBody>;

/** Saving the same addresses again is the same as once. */
export const saveIcsFeed = endpoint({
  method: 'POST',
  path: '/v2/calendars/ics-feed/save',
  body: saveIcsFeedBody,
  response: success(credential),
  status: 201,
  isRepeatable: true,
});

const bareCheck = z.object({ status: z.literal('success') });

export const checkIcsFeed = endpoint({ method: 'GET', path: '/v2/calendars/ics-feed/check', response: bareCheck });

export const checkCalendar = endpoint({ method: 'GET', path: '/v2/calendars/:calendar/check', response: bareCheck });

export const disconnectCalendar = endpoint({
  method: 'POST',
  path: '/v2/calendars/:calendar/disconnect',
  body: z.object({ id: z.int({ error: 'id must be an integer number' }).min(1).max(2_147_483_647) }),
  response: success(credential),
});

const named = z.object({
  integration: z.string({ error: 'integration must be a string' }).min(1),
  externalId: z.string({ error: 'externalId must be a string' }).min(1),
  credentialId: wholeNumber('credentialId'),
  delegationCredentialId: z.string().optional(),
});

export type CalendarName = z.input<typeof named>;

const selectedCalendar = z.object({
  userId: z.number(),
  integration: z.string(),
  externalId: z.string(),
  credentialId: z.number().nullable(),
});

export type SelectedCalendar = z.output<typeof selectedCalendar>;

export const selectCalendar = endpoint({
  method: 'POST',
  path: '/v2/selected-calendars',
  body: named,
  response: success(selectedCalendar),
  status: 201,
  isRepeatable: true,
});

export const unselectCalendar = endpoint({
  method: 'DELETE',
  path: '/v2/selected-calendars',
  query: named,
  response: success(selectedCalendar),
  isRepeatable: true,
});

export const setDestinationCalendar = endpoint({
  method: 'PUT',
  path: '/v2/destination-calendars',
  body: z.object({
    integration: z.string({ error: 'integration must be a string' }).min(1),
    externalId: z.string({ error: 'externalId must be a string' }).min(1),
    delegationCredentialId: z.string().optional(),
  }),
  response: success(selectedCalendar),
  isRepeatable: true,
});
