import ipaddr from 'ipaddr.js';

/** Why an address may not be called, by the name of its range. */
export interface Refusal {
  /** "loopback" */
  readonly rule: string;
  /** "a loopback address" */
  readonly what: string;
}

const RANGES: Readonly<Record<string, Refusal>> = {
  loopback: { rule: 'loopback', what: 'a loopback address' },
  private: { rule: 'private', what: 'an address of a private network' },
  uniqueLocal: { rule: 'private', what: 'an address of a private network' },
  deprecatedSiteLocal: { rule: 'private', what: 'an address of a private network' },
  linkLocal: { rule: 'link-local', what: 'a link-local address' },
  carrierGradeNat: { rule: 'carrier-nat', what: 'an address behind carrier-grade NAT' },
  unspecified: { rule: 'unspecified', what: 'no address of one machine' },
  broadcast: { rule: 'multicast', what: 'an address of many machines' },
  multicast: { rule: 'multicast', what: 'an address of many machines' },
};

const METADATA: Refusal = { rule: 'metadata', what: "a cloud provider's metadata service" };
const RESERVED: Refusal = { rule: 'reserved', what: 'an address that is not of the public internet' };

/** Where clouds answer their own machines; most lie in ranges that are refused anyway, one looks public. */
const METADATA_ADDRESSES = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
]);

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The address as it is on the wire: IPv4 in IPv6's clothes (mapped, compatible, NAT64) becomes IPv4. `undefined` when the text is none. */
export function parseAddress(text: string): Address | undefined {
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 ? unwrap(address) : address;
}

function unwrap(address: ipaddr.IPv6): Address {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0) && address.range() === 'unicast';
  // RFC 6052 and RFC 8215: what a NAT64 gateway sends to the last four bytes.
  return isCompatible || address.range() === 'rfc6052' ? new ipaddr.IPv4(bytes.slice(12)) : address;
}

/** Why a server that others chose may not be called at this address; `undefined` when it is a machine of the public internet. */
export function judgeAddress(address: Address): Refusal | undefined {
  if (METADATA_ADDRESSES.has(address.toString())) return METADATA;
  const range = address.range();
  // Of IPv6 only 2000::/3 is given out for the public internet.
  const isPublic = range === 'unicast' && (address instanceof ipaddr.IPv4 || ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20);
  return isPublic ? undefined : (RANGES[range] ?? RESERVED);
}
