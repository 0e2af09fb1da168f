import { assertSecureTokenEndpoint, discoverAuthorizationServerMetadata, type FetchLike } from '@modelcontextprotocol/client';
import type { ServerLogin } from './login.ts';

const REQUEST_MS = 10_000;

/** Tells whoever gave the tokens that they are over (RFC 7009); answers whether that was heard. Many have no ear for it. */
export async function revokeLogin(login: ServerLogin, { fetch }: { readonly fetch: FetchLike }): Promise<boolean> {
  const fetchFn: FetchLike = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });
  try {
    const metadata = await discoverAuthorizationServerMetadata(login.authorizationServer, { fetchFn });
    if (metadata === undefined || !('revocation_endpoint' in metadata) || metadata.issuer !== login.issuer) return false;
    const endpoint = assertSecureTokenEndpoint(String(metadata.revocation_endpoint));
    const answers = await Promise.all(
      toRequests(login).map((body) =>
        fetchFn(endpoint, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...authorizationOf(login) },
          body: body.toString(),
        }),
      ),
    );
    return answers.length > 0 && answers.every(({ ok }) => ok);
  } catch {
    // It is forgotten here all the same, and ends there by itself.
    return false;
  }
}

function toRequests({ refreshToken, accessToken, clientId }: ServerLogin): readonly URLSearchParams[] {
  const tokens = [
    ['refresh_token', refreshToken],
    ['access_token', accessToken],
  ] as const;
  return tokens.flatMap(([hint, token]) =>
    token === null ? [] : [new URLSearchParams({ token, token_type_hint: hint, client_id: clientId })],
  );
}

function authorizationOf({ clientId, clientSecret }: ServerLogin): Readonly<Record<string, string>> {
  if (clientSecret === null) return {};
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':');
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
