import type { CalcomClient } from '../wire/calcom/index.ts';

/** What the tools talk through; the runtime makes one for each account. */
export interface Clients {
  readonly cal: CalcomClient;
  /** Why the people of a booking get no invitation from this account; absent where they do, or where that is not ours to know. */
  readonly invitationNotice?: string;
}
