import type { z } from 'zod';
import type { EventTypeOptions } from '../store/event-type-options.ts';
import type { EventTypeChanges, EventTypeRecord } from '../store/event-types.ts';
import type { createEventTypeBody, updateEventTypeBody } from '../wire/calcom/event-types.ts';
import { enabled } from './event-rules.ts';
import { HttpFailure } from './http-failure.ts';
import { definedOnly } from './me.ts';

/** Needs no connection: Cal Video, and the rooms of Whereby, hosted or embedded. */
const CONNECTED: ReadonlySet<string> = new Set(['cal-video', 'whereby-video']);

type Body = z.output<typeof createEventTypeBody> | z.output<typeof updateEventTypeBody>;

/** The body as columns and options to store; what it leaves out stays as it was. Refuses options that contradict each other. */
export function toEventTypeChanges(body: Body, before?: EventTypeRecord): EventTypeChanges & { readonly options: EventTypeOptions } {
  const { title, slug, lengthInMinutes, description, hidden, scheduleId, ...given } = body;
  // The schema's output is these options with `| undefined` on absent members, which `definedOnly` takes away.
  const merged = { ...before?.options, ...definedOnly(given) } as EventTypeOptions;
  // An empty list of lengths is none: the event type has its one length again.
  const { lengthInMinutesOptions: lengths, ...others } = merged;
  const options: EventTypeOptions = lengths?.length === 0 ? others : merged;
  checkTogether(options, lengthInMinutes ?? before?.lengthMinutes ?? 0);
  return {
    ...definedOnly({ title, description, hidden, scheduleId }),
    ...(slug === undefined ? {} : { slug: toSlug(slug) }),
    ...(lengthInMinutes === undefined ? {} : { lengthMinutes: lengthInMinutes }),
    options,
  };
}

export function toSlug(text: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (slug === '') throw new HttpFailure(400, `slug must contain letters or digits, not ${JSON.stringify(text)}`);
  return slug;
}

function checkTogether(options: EventTypeOptions, lengthMinutes: number): void {
  const { lengthInMinutesOptions: lengths, bookingFields = [], locations = [] } = options;
  if (lengths !== undefined && lengths.length > 0 && !lengths.includes(lengthMinutes)) {
    throw new HttpFailure(
      400,
      `lengthInMinutesOptions must include lengthInMinutes, but ${lengths.join(', ')} does not include ${lengthMinutes}.`,
    );
  }
  const hasSeats = enabled(options.seats) !== undefined;
  if (hasSeats && locations.length > 1) {
    throw new HttpFailure(400, 'Seats Validation failed: Seats are enabled but more than one location provided.');
  }
  if (hasSeats && enabled(options.confirmationPolicy) !== undefined) {
    throw new HttpFailure(400, 'Seats Validation failed: Seats are enabled but requiresConfirmation is true.');
  }
  if (enabled(options.bookerActiveBookingsLimit) !== undefined && enabled(options.recurrence) !== undefined) {
    throw new HttpFailure(400, 'bookerActiveBookingsLimit cannot be used together with recurrence: switch one of them off.');
  }
  const missingApp = locations.find((location) => location.type === 'integration' && !CONNECTED.has(String(location.integration)));
  if (missingApp !== undefined) throw new HttpFailure(400, `${missingApp.integration} not connected.`);
  const email = bookingFields.find((field) => field.type === 'email');
  if (email !== undefined && (email.required === false || email.hidden === true)) {
    throw new HttpFailure(400, 'checkIsEmailUserAccessible - Email booking field must be required and visible');
  }
  const slugs = bookingFields.map((field) => field.slug ?? field.type);
  const twice = slugs.find((slug, index) => slugs.indexOf(slug) !== index);
  if (twice !== undefined) throw new HttpFailure(400, `bookingFields must have different slugs, but "${twice}" stands there twice.`);
}
