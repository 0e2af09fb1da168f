import type { CalendarFeed } from '../store/calendars.ts';
import type { CalendarCredential, ConnectedCalendar, ConnectedCalendars } from '../wire/calcom/calendars.ts';
import type { Caller } from './authenticate.ts';

/** The calendar that the bookings made here are in. No credential stands for it. */
export const OWN = { type: 'kalends_calendar', credentialId: 0 } as const;

const FEED = { type: 'ics-feed_calendar', appId: 'ics-feed' } as const;

export function isOwnCalendar(
  { email }: Caller,
  name: { readonly integration?: string; readonly externalId: string; readonly credentialId: number },
): boolean {
  const isType = name.integration === undefined || name.integration === OWN.type;
  return isType && name.credentialId === OWN.credentialId && name.externalId.toLowerCase() === email.toLowerCase();
}

export function toCredential({ id: userId }: Caller, id: number): CalendarCredential {
  return { id, type: FEED.type, userId, teamId: null, appId: FEED.appId, invalid: false };
}

/** The user's own calendar, and a connection for each list of feeds that was saved. */
export function toConnectedCalendars(caller: Caller, feeds: readonly CalendarFeed[], publicUrl: string): ConnectedCalendars {
  const { id: userId, email } = caller;
  const own = {
    externalId: email,
    integration: OWN.type,
    name: 'Kalends',
    primary: true,
    readOnly: false,
    email,
    isSelected: true,
    credentialId: OWN.credentialId,
  };
  const connections = [...Map.groupBy(feeds, (feed) => feed.credentialId)];
  return {
    connectedCalendars: [
      {
        integration: toIntegration({
          type: OWN.type,
          name: 'Kalends',
          description: 'The bookings made here.',
          slug: 'kalends',
          email,
          publicUrl,
        }),
        credentialId: OWN.credentialId,
        primary: own,
        calendars: [own],
      },
      ...connections.map(([credentialId, group]) => toConnection(caller, { credentialId, group, publicUrl })),
    ],
    destinationCalendar: {
      id: userId,
      integration: OWN.type,
      externalId: email,
      primaryEmail: email,
      userId,
      eventTypeId: null,
      credentialId: OWN.credentialId,
      name: 'Kalends',
      primary: true,
      readOnly: false,
      email,
      integrationTitle: 'Kalends',
    },
  };
}

interface Connection {
  readonly credentialId: number;
  readonly group: readonly CalendarFeed[];
  readonly publicUrl: string;
}

function toConnection({ email }: Caller, { credentialId, group, publicUrl }: Connection): ConnectedCalendar {
  const description = 'Calendars that are fetched from their addresses.';
  const calendars = group.map((feed) => ({
    externalId: feed.url,
    integration: FEED.type,
    name: feed.name ?? feed.url,
    primary: false,
    readOnly: feed.readOnly,
    email,
    isSelected: feed.selected,
    credentialId,
  }));
  const [primary] = calendars;
  const errors = group.flatMap(({ lastError }) => (lastError === null ? [] : [lastError]));
  return {
    integration: toIntegration({ type: FEED.type, name: 'ICS feed', description, slug: FEED.appId, email, publicUrl }),
    credentialId,
    ...(primary === undefined ? {} : { primary }),
    calendars,
    ...(errors.length === 0 ? {} : { error: { message: errors.join(' ') } }),
  };
}

interface About {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly slug: string;
  readonly email: string;
  readonly publicUrl: string;
}

function toIntegration({ publicUrl, ...about }: About): ConnectedCalendar['integration'] {
  return {
    ...about,
    title: about.name,
    variant: 'calendar',
    category: 'calendar',
    categories: ['calendar'],
    logo: `${publicUrl}/favicon.svg`,
    publisher: 'Kalends',
    url: publicUrl,
    locationOption: null,
    dirName: about.slug,
    installed: true,
  };
}
