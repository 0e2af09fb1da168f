import { z } from 'zod';
import { phoneNumber, webAddress } from './scalars.ts';

const isPublic = z.boolean({ error: 'public must be true or false' }).optional();

/** Where an event type may take place, as its owner writes it. */
export const eventLocationInput = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('address'), address: z.string().min(1), public: isPublic }),
    z.object({ type: z.literal('link'), link: webAddress('link'), public: isPublic }),
    z.object({ type: z.literal('integration'), integration: z.string().regex(/^[a-z0-9-]+$/) }),
    z.object({ type: z.literal('phone'), phone: phoneNumber, public: isPublic }),
    z.object({ type: z.literal('attendeeAddress') }),
    z.object({ type: z.literal('attendeePhone') }),
    z.object({ type: z.literal('attendeeDefined') }),
    z.object({ type: z.literal('organizersDefaultApp') }),
  ],
  {
    error:
      'location type must be one of address, link, integration, phone, attendeeAddress, attendeePhone, attendeeDefined, organizersDefaultApp',
  },
);

export type EventLocationInput = z.output<typeof eventLocationInput>;

/** A location as an answer shows it; which further fields it has depends on `type`. */
export const eventLocation = z.object({
  type: z.string(),
  address: z.string().optional(),
  link: z.string().optional(),
  integration: z.string().optional(),
  phone: z.string().optional(),
  public: z.boolean().optional(),
  location: z.string().optional(),
});

export type EventLocation = z.output<typeof eventLocation>;

/** The choice of a booker; a plain string is the older form. */
export const bookingLocationInput = z.union(
  [
    z.string().min(1),
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('address') }),
      z.strictObject({ type: z.literal('attendeeAddress'), address: z.string().min(1) }),
      z.strictObject({ type: z.literal('attendeeDefined'), location: z.string().min(1) }),
      z.strictObject({ type: z.literal('attendeePhone'), phone: phoneNumber }),
      z.strictObject({ type: z.literal('integration'), integration: z.string().min(1) }),
      z.strictObject({ type: z.literal('link') }),
      z.strictObject({ type: z.literal('phone') }),
      z.strictObject({ type: z.literal('organizersDefaultApp') }),
    ]),
  ],
  {
    error:
      'location must be an object whose "type" is one of address, attendeeAddress {address}, attendeeDefined {location}, attendeePhone {phone}, integration {integration}, link, phone, organizersDefaultApp',
  },
);

export type BookingLocationInput = z.output<typeof bookingLocationInput>;
