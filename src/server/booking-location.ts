import { hasRoom, ROOM_LOCATION } from '../store/booking-rooms.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import type { BookingLocationInput, EventLocation } from '../wire/calcom/locations.ts';
import { DEFAULT_LOCATIONS } from './event-type-output.ts';
import { HttpFailure } from './http-failure.ts';

/** Where a booking takes place, as it is stored: the kind as Cal.com keeps it, and an address, link or number. */
export interface BookingLocation {
  readonly kind:
    | 'inPerson'
    | 'attendeeInPerson'
    | 'link'
    | 'userPhone'
    | 'phone'
    | 'somewhereElse'
    | 'conferencing'
    | `integrations:${string}`;
  readonly value: string | null;
}

interface Booker {
  readonly phoneNumber?: string | undefined;
}

/** The booker's choice among the event type's locations, or its first. */
export function chooseLocation(eventType: EventTypeRecord, chosen: BookingLocationInput | undefined, booker: Booker): BookingLocation {
  // Written by the schema of the same names (wire/calcom/locations.ts).
  const offered = (eventType.options.locations ?? DEFAULT_LOCATIONS) as readonly EventLocation[];
  if (typeof chosen === 'string') return fromText(chosen);
  const [first] = offered;
  if (chosen === undefined) return first === undefined ? VIDEO : fromOffer(first, booker);
  if (chosen.type === 'integration') {
    const integrations = offered.flatMap((location) => location.integration ?? []);
    if (integrations.includes(chosen.integration)) return toIntegration(chosen.integration);
    throw new HttpFailure(
      400,
      `Booking location with integration ${chosen.integration} not valid for event type with id=${eventType.id}. The event type has following integrations: ${integrations.join(', ')}.`,
    );
  }
  const offer = offered.find((location) => location.type === chosen.type);
  if (offer === undefined) {
    const types = offered.map((location) => location.type).join(', ');
    throw new HttpFailure(
      400,
      `Booking location with type ${chosen.type} not valid for event type with id=${eventType.id}. The event type has following location types: ${types}, and only these types are allowed for booking location.`,
    );
  }
  if (chosen.type === 'attendeeAddress') return { kind: 'attendeeInPerson', value: chosen.address };
  if (chosen.type === 'attendeePhone') return { kind: 'phone', value: chosen.phone };
  if (chosen.type === 'attendeeDefined') return { kind: 'somewhereElse', value: chosen.location };
  return fromOffer(offer, booker);
}

const VIDEO: BookingLocation = { kind: 'integrations:daily', value: null };

function toIntegration(integration: string): BookingLocation {
  return integration === 'cal-video' ? VIDEO : { kind: `integrations:${integration}`, value: null };
}

function fromOffer(offer: EventLocation, { phoneNumber }: Booker): BookingLocation {
  switch (offer.type) {
    case 'address':
      return { kind: 'inPerson', value: offer.address ?? null };
    case 'link':
      return { kind: 'link', value: offer.link ?? null };
    case 'phone':
      return { kind: 'userPhone', value: offer.phone ?? null };
    case 'integration':
      return toIntegration(offer.integration ?? 'cal-video');
    case 'attendeePhone':
      return { kind: 'phone', value: phoneNumber ?? null };
    case 'attendeeAddress':
      return { kind: 'attendeeInPerson', value: null };
    case 'attendeeDefined':
      return { kind: 'somewhereElse', value: null };
    default:
      return VIDEO;
  }
}

/** The older form of a choice is one string whose look decides. */
function fromText(text: string): BookingLocation {
  if (/^https?:\/\//i.test(text)) return { kind: 'link', value: text };
  if (/^\+?[\d\s()-]{6,}$/.test(text)) return { kind: 'phone', value: text };
  return { kind: 'somewhereElse', value: text };
}

/** A meeting that moves takes its place along; a room that was made for it ends with its old time, and another one is made. */
export function toMovedLocation(stored: unknown): unknown {
  return hasRoom({ location: stored }) ? { kind: ROOM_LOCATION, value: null } : stored;
}

/** The one string an answer shows. */
export function toLocationText(stored: unknown): string {
  // Stored by `insertBooking` from a BookingLocation.
  const { kind, value } = (stored ?? VIDEO) as BookingLocation;
  return value ?? kind;
}
