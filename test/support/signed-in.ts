import type { RunningKalends } from './running-kalends.ts';

/** Asks as the page of somebody who is signed in does: GET without a body, POST with one. */
export type SignedIn = (path: string, body?: unknown) => Promise<Response>;

/** Follows the sign-in link of a running service. */
export async function signIn(kalends: RunningKalends): Promise<SignedIn> {
  const signedIn = await fetch(kalends.signInLink(), { redirect: 'manual' });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  let csrf = '';
  const ask: SignedIn = (path, body) =>
    fetch(`${kalends.address}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { cookie, 'x-kalends-csrf': csrf, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  csrf = (await (await ask('/app/me')).json()).csrfToken;
  return ask;
}
