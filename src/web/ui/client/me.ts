/** `GET /app/me`: who is signed in, and what the page must say about this installation. */
export interface Me {
  readonly user: { readonly username: string; readonly name: string; readonly email: string; readonly timeZone: string };
  /** The domain clock: an ISO instant, and whether it stands still. */
  readonly clock: { readonly now: string; readonly frozen: boolean };
  readonly model: { readonly kind: 'offline' | 'provider'; readonly name: string };
  readonly version: string;
  readonly notices: readonly string[];
  /** Goes back in the header `x-kalends-csrf` of every request that changes something. */
  readonly csrfToken: string;
}
