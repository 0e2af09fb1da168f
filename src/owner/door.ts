/** Which way a request came in. On `socket` the file permissions have already said who it is: the OS user, a person. */
export interface DoorEnv {
  readonly door: 'socket' | 'tcp';
  readonly remoteAddress?: string;
}

/** What the running owner says of itself at `GET /owner/status`. */
export interface OwnerStatus {
  readonly pid: number;
  readonly version: string;
  /** "http://127.0.0.1:3020"; `null` while it serves nothing but its socket. */
  readonly address: string | null;
  readonly home: string;
  readonly engine: 'pglite' | 'postgres';
  /** ISO instant, process clock. */
  readonly startedAt: string;
  /** Started by a command for itself: it leaves when idle and makes way for a foreground owner. */
  readonly background: boolean;
  /** The domain clock. */
  readonly clock: { readonly now: string; readonly frozen: boolean };
}
