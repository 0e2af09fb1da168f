import * as modern from '../wire/calcom/event-types.ts';
import type { EventLocationInput } from '../wire/calcom/locations.ts';
import { getMe } from '../wire/calcom/me.ts';
import * as endpoints from '../wire/calcom/old-event-types.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, type Service, serve, servePublic } from './serve.ts';

/** `/v2/event-types` of the API before its versions, where a length is called `length`. */
export function serveOldEventTypes(app: App, service: Service): void {
  serve(app, service, endpoints.listOldEventTypes, {
    answer: async ({ relay }) => {
      const [{ data: me }, { data }] = [await relay(getMe, {}), await relay(modern.listEventTypes, {})];
      const profile = { slug: me.username ?? null, name: me.name ?? null, image: me.avatarUrl ?? null };
      const group = {
        teamId: null,
        bookerUrl: service.publicUrl,
        membershipRole: null,
        profile,
        metadata: { membershipCount: 1, readOnly: false },
        eventTypes: data.map(toOldEventType),
      };
      return ok({ eventTypeGroups: [group], profiles: [profile] });
    },
  });

  serve(app, service, endpoints.getOldEventType, {
    answer: async ({ params, relay }) => {
      const { data } = await relay(modern.getEventType, { params: { eventTypeId: params.eventTypeId ?? '' } });
      return ok({ eventType: toOldEventType(data) });
    },
  });

  serve(app, service, endpoints.createOldEventType, {
    answer: async ({ body, relay }) => {
      const { title, slug, length } = body;
      const { data } = await relay(modern.createEventType, { body: { ...toChanges(body), title, slug, lengthInMinutes: length } });
      return ok(toOldEventType(data));
    },
  });

  serve(app, service, endpoints.updateOldEventType, {
    answer: async ({ params, body, relay }) => {
      const { data } = await relay(modern.updateEventType, { params: { eventTypeId: params.eventTypeId ?? '' }, body: toChanges(body) });
      return ok(toOldEventType(data));
    },
  });

  serve(app, service, endpoints.deleteOldEventType, {
    answer: async ({ params, relay }) => {
      const { data } = await relay(modern.deleteEventType, { params: { eventTypeId: params.eventTypeId ?? '' } });
      return ok({ id: data.id, length: data.lengthInMinutes, slug: data.slug, title: data.title });
    },
  });

  servePublic(app, service, endpoints.listOldPublicEventTypes, {
    answer: async ({ params, relay }) => {
      const { data } = await relay(modern.listEventTypes, { query: { username: params.username ?? '' } });
      return ok(data.map(toOldEventType));
    },
  });

  servePublic(app, service, endpoints.getOldPublicEventType, {
    answer: async ({ params, relay }) => {
      const { username = '', eventSlug = '' } = params;
      const { data } = await relay(modern.listEventTypes, { query: { username, eventSlug } });
      return ok(data[0] === undefined ? null : toOldEventType(data[0]));
    },
  });
}

function toChanges({
  title,
  slug,
  length,
  description,
  locations,
  slotInterval,
  ...plain
}: endpoints.OldEventTypeInput): modern.UpdateEventType {
  const given = Object.fromEntries(Object.entries({ ...plain, title, slug, slotInterval }).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(length === undefined ? {} : { lengthInMinutes: length }),
    ...(description === undefined ? {} : { description }),
    ...(locations === undefined ? {} : { locations: locations.map(toLocation) }),
  };
}

const INTEGRATIONS: Readonly<Record<string, string>> = {
  'integrations:daily': 'cal-video',
  'integrations:google:meet': 'google-meet',
  'integrations:zoom': 'zoom',
  'integrations:office365_video': 'office365-video',
};

function toLocation({ type, link }: { readonly type: string; readonly link?: string | undefined }): EventLocationInput {
  if (type === 'link' && link !== undefined) return { type, link };
  const integration = INTEGRATIONS[type];
  if (integration !== undefined) return { type: 'integration', integration };
  if (type === 'attendeeInPerson') return { type: 'attendeeAddress' };
  if (type === 'phone') return { type: 'attendeePhone' };
  throw new HttpFailure(
    400,
    `locations: "${type}" is not a location of this version; use ${['link', 'attendeeInPerson', 'phone', ...Object.keys(INTEGRATIONS)].join(', ')}.`,
  );
}

function toOldEventType(row: modern.EventType): endpoints.OldEventType {
  return {
    id: row.id,
    title: row.title,
    slug: row.slug,
    length: row.lengthInMinutes,
    description: row.description ?? '',
    hidden: row.hidden ?? false,
    locations: row.locations ?? [],
    ownerId: row.ownerId ?? null,
    minimumBookingNotice: row.minimumBookingNotice ?? 0,
    beforeEventBuffer: row.beforeEventBuffer ?? 0,
    afterEventBuffer: row.afterEventBuffer ?? 0,
    slotInterval: row.slotInterval ?? null,
    disableGuests: row.disableGuests ?? false,
    seatsPerTimeSlot: row.seatsPerTimeSlot ?? null,
    price: row.price ?? 0,
    currency: row.currency ?? 'usd',
  };
}
