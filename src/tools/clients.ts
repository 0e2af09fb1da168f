import type { CalcomClient } from '../wire/calcom/index.ts';
import type { WherebyClient } from '../wire/whereby/index.ts';

/** What the tools talk through; the runtime makes one for each account. */
export interface Clients {
  readonly cal: CalcomClient;
  /** Why the people of a booking get no invitation from this account; absent where they do, or where that is not ours to know. */
  readonly invitationNotice?: string;
}

/** What the tools of the provider `whereby` talk through. */
export interface WherebyClients {
  readonly whereby: WherebyClient;
  /** Whose account it is, as this installation's configuration says: Whereby itself tells nobody. */
  readonly profile: { readonly name: string | null; readonly email: string | null };
}
