import type { Client } from '../client.ts';
import type { BusyTime, CalendarCredential, CalendarName, ConnectedCalendars, SaveIcsFeed, SelectedCalendar } from './calendars.ts';
import * as calendars from './calendars.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export interface BusyTimesQuery {
  readonly calendars: readonly { readonly credentialId: number; readonly externalId: string }[];
  /** Dates "2030-01-07", both included, or moments. */
  readonly dateFrom: string;
  readonly dateTo: string;
  readonly timeZone?: string;
}

/** Outside calendars that block time. */
export interface CalendarsClient {
  listCalendars(call?: Call): Promise<ConnectedCalendars>;
  getBusyTimes(query: BusyTimesQuery, call?: Call): Promise<readonly BusyTime[]>;
  saveIcsFeed(body: SaveIcsFeed, call?: Call): Promise<CalendarCredential>;
  /** Fetches all feeds; throws with what is wrong. */
  checkIcsFeed(call?: Call): Promise<void>;
  /** "ics-feed" */
  disconnectCalendar(kind: string, credentialId: number, call?: Call): Promise<CalendarCredential>;
  selectCalendar(name: CalendarName, call?: Call): Promise<SelectedCalendar>;
  unselectCalendar(name: CalendarName, call?: Call): Promise<SelectedCalendar>;
}

export function calendarsOf(client: Client): CalendarsClient {
  return {
    async listCalendars(call) {
      return (await client.call(calendars.listCalendars, {}, call)).data;
    },
    async getBusyTimes({ calendars: named, ...query }, call) {
      const list = named.flatMap(({ credentialId, externalId }, index) => [
        [`calendarsToLoad[${index}][credentialId]`, credentialId],
        [`calendarsToLoad[${index}][externalId]`, externalId],
      ]);
      return (await client.call(calendars.getBusyTimes, { query: { ...query, ...Object.fromEntries(list) } }, call)).data;
    },
    async saveIcsFeed(body, call) {
      return (await client.call(calendars.saveIcsFeed, { body }, call)).data;
    },
    async checkIcsFeed(call) {
      await client.call(calendars.checkIcsFeed, {}, call);
    },
    async disconnectCalendar(kind, credentialId, call) {
      return (await client.call(calendars.disconnectCalendar, { params: { calendar: kind }, body: { id: credentialId } }, call)).data;
    },
    async selectCalendar(name, call) {
      return (await client.call(calendars.selectCalendar, { body: name }, call)).data;
    },
    async unselectCalendar(name, call) {
      return (await client.call(calendars.unselectCalendar, { query: name }, call)).data;
    },
  };
}
