import type { Principal, Provider } from './tool.ts';

/** A credential account a call can go to, with what its tools talk through. */
export interface ResolvedAccount {
  /** As policies, approvals and the journal know it: `local`, `default`, `work`. Never an alias. */
  readonly name: string;
  /** `local` is the embedded service. */
  readonly kind: 'local' | 'hosted';
  /** `mcp`: a server of somebody else. */
  readonly provider: Provider | 'mcp';
  /** Opaque here: the tools and the runtime agree on it. */
  readonly clients: unknown;
  /** Clients that read really; their first write is kept in `requests` and not sent, and ends the run with an error. */
  rehearse(): Rehearsal;
}

/** A run that changes nothing. Whatever the run ends with, it would have sent `requests`. */
export interface Rehearsal {
  readonly clients: unknown;
  /** Grows while the run goes on. */
  readonly requests: readonly PlannedRequest[];
}

/** A request as it would go out; what is secret in it is masked. */
export interface PlannedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

/** Whose account, and which one; no name, or `default`, means the one that is chosen as default. */
export interface AccountWish {
  readonly provider: Provider;
  readonly name?: string | undefined;
  /** The name is one that an approval or the journal kept: it means that very account or none, never another that is the default by now. */
  readonly isRecorded?: boolean | undefined;
}

/** Finds the account of a call; throws `not_configured` for a name it does not know. */
export type ResolveAccount = (wish: AccountWish, principal: Principal) => ResolvedAccount | Promise<ResolvedAccount>;
