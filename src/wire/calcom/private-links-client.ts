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
      return (await client.call(links.createPrivateLink, { params: { eventTypeId }, body }, call)).data;
    },
    async updatePrivateLink(eventTypeId, linkId, body, call) {
      return (await client.call(links.updatePrivateLink, { params: { eventTypeId, linkId }, body }, call)).data;
    },
    async deletePrivateLink(eventTypeId, linkId, call) {
      await client.call(links.deletePrivateLink, { params: { eventTypeId, linkId } }, call);
    },
  };
}
