import type { Client } from '../client.ts';
import type { PrivateLink, PrivateLinkInput } from './private-links.ts';
import * as links from './private-links.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Links to an event type for those who have them. */
export interface PrivateLinksClient {
  listPrivateLinks(eventTypeId: number, call?: Call): Promise<readonly PrivateLink[]>;
  createPrivateLink(eventTypeId: number, body?: PrivateLinkInput, call?: Call): Promise<PrivateLink>;
  updatePrivateLink(eventTypeId: number, linkId: string, body: PrivateLinkInput, call?: Call): Promise<PrivateLink>;
  deletePrivateLink(eventTypeId: number, linkId: string, call?: Call): Promise<void>;
}

export function privateLinksOf(client: Client): PrivateLinksClient {
  return {
    async listPrivateLinks(eventTypeId, call) {
      return (await client.call(links.listPrivateLinks, { params: { eventTypeId } }, call)).data;
    },
    async createPrivateLink(eventTypeId, body = {}, call) {
      const params = { eventTypeId };
      const list = async (options: Call | undefined) => (await client.call(links.listPrivateLinks, { params }, options)).data;
      // One link is like another: what was there before tells which one is new.
      const before = new Set((await list(call)).map(({ linkId }) => linkId));
      const reconcile = async (signal: AbortSignal) => {
        const made = (await list({ signal })).find(({ linkId }) => !before.has(linkId));
        return made === undefined ? ({ absent: true, isSafe: false } as const) : ({ found: { status: 'success', data: made } } as const);
      };
      return (await client.call(links.createPrivateLink, { params, body }, { ...call, reconcile })).data;
    },
    async updatePrivateLink(eventTypeId, linkId, body, call) {
      return (await client.call(links.updatePrivateLink, { params: { eventTypeId, linkId }, body }, call)).data;
    },
    async deletePrivateLink(eventTypeId, linkId, call) {
      await client.call(links.deletePrivateLink, { params: { eventTypeId, linkId } }, call);
    },
  };
}
