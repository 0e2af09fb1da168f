import { z } from 'zod';

/** Zones are few, and asking for one costs as much as answering a small request. */
const knownZones = new Set<string>();

/** An IANA zone name; offsets such as "+02:00" name no zone. */
export function isTimeZone(value: string): boolean {
  if (knownZones.has(value)) return true;
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    // Names differing in case are all valid, so a stranger could name one zone in very many ways.
    if (knownZones.size >= 1000) knownZones.clear();
    knownZones.add(value);
    return true;
  } catch {
    return false;
  }
}

export const timeZone = z.string().refine(isTimeZone, {
  error: (issue) => `timeZone must be an IANA time zone such as "Europe/Rome", not ${JSON.stringify(issue.input)}`,
});

const ISO_INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** Years beyond do not print as ISO 8601 does, nor read back from databases. */
const FIRST_YEAR = 1000;
const LAST_YEAR = 9000;

/**
 * Epoch milliseconds of an ISO 8601 date or date-time; without an offset it is taken as UTC, as the API does. `undefined` when it is none
 * (30 February included) or lies beyond the years 1000 to 9000.
 */
export function parseInstant(text: string): number | undefined {
  const match = ISO_INSTANT.exec(text.trim());
  if (match === null) return undefined;
  const [, date = '', clock = '00:00', seconds = '00', fraction = '', offset = 'Z'] = match;
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const dayStart = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(dayStart) || new Date(dayStart).toISOString().slice(0, 10) !== date) return undefined;
  if (Number(date.slice(0, 4)) < FIRST_YEAR || Number(date.slice(0, 4)) > LAST_YEAR) return undefined;
  if (hour > 23 || minute > 59 || Number(seconds) > 59) return undefined;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const local = dayStart + ((hour * 60 + minute) * 60 + Number(seconds)) * 1000 + milliseconds;
  if (/^z$/i.test(offset)) return local;
  const digits = offset.slice(1).replace(':', '');
  const offsetHours = Number(digits.slice(0, 2));
  const offsetMinutes = Number(digits.slice(2) || '0');
  if (offsetHours > 18 || offsetMinutes > 59) return undefined;
  return local - (offset.startsWith('-') ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
}

/** True when the text names a clock time and how far it is from UTC. */
export function hasOffset(text: string): boolean {
  return /[T ]\d{2}:\d{2}.*(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(text.trim());
}

/** A date or date-time in ISO 8601, kept as text. */
export function isoInstant(message: string) {
  return z.string({ error: message }).refine((text) => parseInstant(text) !== undefined, { error: message });
}

/** `a,b` or a list, one or more. */
export function commaSeparated<Item extends z.ZodType>(item: Item, emptyMessage: string) {
  return (
    z
      .union([z.string(), z.array(z.union([z.string(), z.number()]))])
      .transform((value) => (typeof value === 'string' ? value.split(',') : value.flatMap((part) => String(part).split(','))))
      .transform((parts) => parts.map((part) => part.trim()).filter((part) => part !== ''))
      .refine((parts) => parts.length > 0, { error: emptyMessage })
      // The parts are text, and the item's schema decides at run time what text it takes; only its static input type is narrower.
      .pipe(z.array(item) as unknown as z.ZodType<z.output<Item>[], string[]>)
  );
}

/** "2030-01-11" */
export const calendarDate = z.string().refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(text) !== undefined, {
  error: (issue) => `date must be a day as YYYY-MM-DD such as "2030-01-11", not ${JSON.stringify(issue.input)}`,
});

/** A whole number in a query, where everything is text. */
export function wholeNumber(name: string, { minimum = 0, maximum = 2_147_483_647 }: { minimum?: number; maximum?: number } = {}) {
  return z
    .union([z.number(), z.string().regex(/^-?\d+$/, { error: `${name} must be an integer number` })], {
      error: `${name} must be an integer number`,
    })
    .transform(Number)
    .pipe(
      z
        .int({ error: `${name} must be an integer number` })
        .min(minimum, { error: `${name} must not be less than ${minimum}` })
        .max(maximum, { error: `${name} must not be greater than ${maximum}` }),
    );
}

/** The number of a row. */
export function rowId(name: string) {
  const error = `${name} must be an integer number`;
  return z
    .int({ error })
    .min(1, { error: `${name} must not be less than 1` })
    .max(2_147_483_647, { error: `${name} is too large` });
}

/** What browsers take in an email field, with a dot in the domain. */
const EMAIL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/i;

export const email = z
  .email({ pattern: EMAIL, error: (issue) => (issue.input === undefined ? undefined : 'Invalid email format') })
  .max(320, { error: 'Invalid email format' });

/** E.164 */
export const phoneNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, { error: 'Invalid phone number format. Please use international format.' });

export const language = z
  .string()
  .regex(/^[a-z]{2,3}(-([A-Za-z]{2,4}|\d{3}))?$/, { error: 'language must be a language code such as "en", "pt-BR" or "es-419"' });

/** An address that a browser may be sent to: others, such as "javascript:", would run where they are shown. */
export function webAddress(name: string) {
  return z.url({ protocol: /^https?$/, error: `${name} must be a URL that begins with "https://" or "http://"` });
}

export const direction = z.enum(['asc', 'desc'], { error: 'sort order must be "asc" or "desc"' });
