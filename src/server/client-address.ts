import ipaddr from 'ipaddr.js';

/** Proxies whose word about the client is believed: addresses and ranges such as "10.0.0.0/8". */
export type TrustedProxies = readonly string[];

/**
 * The address a request comes from: that of the connection, and where a trusted proxy holds the connection, the last one of `X-Forwarded-For` that
 * is no trusted proxy. What stands before it anybody may have written.
 */
export function clientAddress(request: Request, remoteAddress: string | undefined, trusted: TrustedProxies): string {
  if (remoteAddress === undefined) return 'local';
  const forwarded = request.headers.get('x-forwarded-for');
  if (trusted.length === 0 || forwarded === null) return printAddress(remoteAddress);
  const hops = [...forwarded.split(',').map((hop) => hop.trim()), remoteAddress];
  let client = remoteAddress;
  for (const hop of hops.toReversed()) {
    if (!ipaddr.isValid(hop)) break;
    client = hop;
    if (!isTrusted(hop, trusted)) break;
  }
  return printAddress(client);
}

function isTrusted(address: string, trusted: TrustedProxies): boolean {
  const parsed = ipaddr.process(address);
  return trusted.some((text) => {
    const [range, bits] = ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : toRange(text);
    return range.kind() === parsed.kind() && parsed.match(range, bits);
  });
}

function toRange(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** One spelling for each client. Of IPv6 only the network counts: whoever has one has all of its addresses. */
function printAddress(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}
