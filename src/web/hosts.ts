/** Names by which this machine alone reaches itself; a page from elsewhere can never carry one of them as its own. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request from the network must not be served, as a sentence; `undefined` when it may. A name that is not ours means that a foreign page had
 * its name resolve to this machine (DNS rebinding).
 */
export function refuseForeignName(request: Request, hosts: readonly string[]): string | undefined {
  const host = hostNamed(request);
  if (isOwnHost(host, hosts)) return undefined;
  // Of the name only its port is to be believed.
  const port = /:(\d{1,5})$/.exec(host)?.[0] ?? '';
  return `Kalends is not served under the name "${host}". Use http://127.0.0.1${port}, or add the name to "hosts" in config.json.`;
}

/** Why a page from elsewhere may not use the app, as a sentence: a foreign `Origin` means that another page sent the request. */
export function refuseForeignPage(request: Request): string | undefined {
  const origin = request.headers.get('origin');
  if (origin === null || hostOf(origin) === hostNamed(request).toLowerCase()) return undefined;
  return `A page of "${origin}" may not use Kalends. Open Kalends itself instead.`;
}

/**
 * The same for the API. It knows keys and no cookies, so pages of other origins may read it and, with a key, change things (CORS, reference §5.1).
 * What strangers may change without a key is refused to pages of origins that are not in `hosts`: any site its owner visits could book with them.
 */
export function refuseForeignCaller(request: Request, hosts: readonly string[]): string | undefined {
  const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  const origin = hostOf(request.headers.get('origin') ?? '');
  if (isSafe || request.headers.has('authorization') || (origin !== undefined && isListed(origin, hosts))) return undefined;
  const refusal = refuseForeignPage(request);
  return refusal === undefined ? undefined : `${refusal} Or send an API key, or add the origin's host to "hosts" in config.json.`;
}

function hostNamed(request: Request): string {
  return request.headers.get('host') ?? new URL(request.url).host;
}

/** Whether the browser says that the page which sent this is our own; a program that says nothing is no page of ours. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  // `refuseForeignPage` has compared it with the host.
  return request.headers.get('origin') !== null;
}

function isOwnHost(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase();
  const bare = name.replace(/:\d+$/, '');
  return LOOPBACK.includes(bare) || isListed(name, hosts);
}

function isListed(name: string, hosts: readonly string[]): boolean {
  const bare = name.replace(/:\d+$/, '');
  return hosts.some((own) => own.toLowerCase() === name || own.toLowerCase() === bare);
}

/** Host and port of an origin, as a `Host` header would write them; nothing for `null` and for schemes other than the web's. */
function hostOf(origin: string): string | undefined {
  const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase());
  return match?.[1];
}
