import type { CalcomClient } from '../wire/calcom/index.ts';

/** What the tools talk through; the runtime makes one for each account. */
export interface Clients {
  readonly cal: CalcomClient;
}
