/** Names by which this machine alone reaches itself; a page from elsewhere can never carry one of them as its own. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request from the network must not be served, as a sentence; `undefined` when it may. A name that is not ours means that a foreign page had
 * its name resolve to this machine (DNS rebinding); a foreign `Origin` means that another page sent the request.
 */
export function refuseStranger(request: Request, hosts: readonly string[]): string | undefined {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  if (!isOwnHost(host, hosts)) {
    return `Kalends is not served under the name "${host}". Use http://127.0.0.1, or add the name to "hosts" in config.json.`;
  }
  const origin = request.headers.get('origin');
  if (origin !== null && hostOf(origin) !== host.toLowerCase()) {
    return `A page of "${origin}" may not use Kalends. Open Kalends itself instead.`;
  }
  return undefined;
}

/** Whether the browser says that the page which sent this is our own; a program that says nothing is no page of ours. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  // `refuseStranger` has compared it with the host.
  return request.headers.get('origin') !== null;
}

function isOwnHost(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase();
  const bare = name.replace(/:\d+$/, '');
  return LOOPBACK.includes(bare) || hosts.some((own) => own.toLowerCase() === name || own.toLowerCase() === bare);
}

/** Host and port of an origin, as a `Host` header would write them; nothing for `null` and for schemes other than the web's. */
function hostOf(origin: string): string | undefined {
  const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase());
  return match?.[1];
}
