import type { Client } from '../client.ts';
import type { RefreshApiKey } from './api-keys.ts';
import { refreshApiKey } from './api-keys.ts';
import type { ConferencingApp } from './conferencing.ts';
import * as conferencing from './conferencing.ts';
import type { AvailableCredits, ChargeCredits, ChargedCredits } from './credits.ts';
import * as credits from './credits.ts';
import type { OutOfOffice, OutOfOfficeInput, OutOfOfficeQuery } from './out-of-office.ts';
import * as absences from './out-of-office.ts';
import type { CityTimeZone } from './time-zones.ts';
import { listTimeZones } from './time-zones.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** What belongs to the caller's account: credits, days away, conferencing apps, the key itself. */
export interface AccountClient {
  getAvailableCredits(call?: Call): Promise<AvailableCredits>;
  chargeCredits(body: ChargeCredits, call?: Call): Promise<ChargedCredits>;
  listOutOfOffice(query?: OutOfOfficeQuery, call?: Call): Promise<readonly OutOfOffice[]>;
  createOutOfOffice(body: OutOfOfficeInput, call?: Call): Promise<OutOfOffice>;
  updateOutOfOffice(oooId: number, body: OutOfOfficeInput, call?: Call): Promise<OutOfOffice>;
  deleteOutOfOffice(oooId: number, call?: Call): Promise<void>;
  listConferencingApps(call?: Call): Promise<readonly ConferencingApp[]>;
  /** The slug of the app, such as "daily-video"; `undefined` while none was chosen. */
  getDefaultConferencingApp(call?: Call): Promise<string | undefined>;
  setDefaultConferencingApp(app: string, call?: Call): Promise<void>;
  /** The new key; the one this client sends stops working. */
  refreshApiKey(body?: RefreshApiKey, call?: Call): Promise<string>;
  listTimeZones(call?: Call): Promise<readonly CityTimeZone[]>;
}

export function accountOf(client: Client): AccountClient {
  return {
    async getAvailableCredits(call) {
      return (await client.call(credits.getAvailableCredits, {}, call)).data;
    },
    async chargeCredits(body, call) {
      // A charge that has a name happens once, however often it is sent.
      const isNamed = body.externalRef !== undefined;
      const reconcile = async () => (isNamed ? ({ absent: true, isSafe: true } as const) : ({ unknown: true } as const));
      return (await client.call(credits.chargeCredits, { body }, { ...call, reconcile })).data;
    },
    async listOutOfOffice(query, call) {
      return (await client.call(absences.listOutOfOffice, { query }, call)).data;
    },
    async createOutOfOffice(body, call) {
      // The same days are entered once, so a create whose answer was lost may be sent again: at worst it is refused.
      const reconcile = async (signal: AbortSignal) => {
        const { data } = await client.call(absences.listOutOfOffice, {}, { signal });
        const made = data.find(({ start, end }) => isSameDay(start, body.start) && isSameDay(end, body.end));
        return made === undefined ? ({ absent: true, isSafe: true } as const) : ({ found: { status: 'success', data: made } } as const);
      };
      return (await client.call(absences.createOutOfOffice, { body }, { ...call, reconcile })).data;
    },
    async updateOutOfOffice(oooId, body, call) {
      return (await client.call(absences.updateOutOfOffice, { params: { oooId }, body }, call)).data;
    },
    async deleteOutOfOffice(oooId, call) {
      await client.call(absences.deleteOutOfOffice, { params: { oooId } }, call);
    },
    async listConferencingApps(call) {
      return (await client.call(conferencing.listConferencingApps, {}, call)).data;
    },
    async getDefaultConferencingApp(call) {
      return (await client.call(conferencing.getDefaultConferencingApp, {}, call)).data?.appSlug ?? undefined;
    },
    async setDefaultConferencingApp(app, call) {
      await client.call(conferencing.setDefaultConferencingApp, { params: { app } }, call);
    },
    async refreshApiKey(body = {}, call) {
      return (await client.call(refreshApiKey, { body }, call)).data.apiKey;
    },
    async listTimeZones(call) {
      return (await client.call(listTimeZones, {}, call)).data;
    },
  };
}

/** Entries are whole days of UTC. */
function isSameDay(one: string, other: string | undefined): boolean {
  return other !== undefined && one.slice(0, 10) === other.slice(0, 10);
}
