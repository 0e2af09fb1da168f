import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

const from = (forwarded: string | undefined, remoteAddress: string | undefined, trusted: readonly string[] = []) =>
  clientAddress(
    new Request('http://cal.test/', { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }),
    remoteAddress,
    trusted,
  );

it.each([
  ['the connection speaks for itself', undefined, '192.0.2.7', [], '192.0.2.7'],
  ['an IPv4 address in IPv6 dress is the same one', undefined, '::ffff:192.0.2.7', [], '192.0.2.7'],
  ['a header from nobody we trust is not believed', '203.0.113.9', '192.0.2.7', [], '192.0.2.7'],
  ['a header from a stranger is not believed beside a trusted proxy', '203.0.113.9', '192.0.2.7', ['10.0.0.0/8'], '192.0.2.7'],
  ['a trusted proxy names the client', '203.0.113.9', '10.1.2.3', ['10.0.0.0/8'], '203.0.113.9'],
  ['what the client wrote itself is not believed', '1.2.3.4, 203.0.113.9', '::ffff:10.1.2.3', ['10.0.0.0/8'], '203.0.113.9'],
  ['a chain of trusted proxies is followed', '203.0.113.9, 10.0.0.5', '10.1.2.3', ['10.0.0.5', '10.1.2.3'], '203.0.113.9'],
  ['what is no address ends the chain', 'unknown', '10.1.2.3', ['10.0.0.0/8'], '10.1.2.3'],
  ['of IPv6 the network counts', undefined, '2001:db8:1:2:3:4:5:6', [], '2001:db8:1:2::/64'],
  ['a caller without a connection is in this process', '203.0.113.9', undefined, ['10.0.0.0/8'], 'local'],
] as const)('%s', (_title, forwarded, remoteAddress, trusted, expected) => {
  expect(from(forwarded, remoteAddress, trusted)).toBe(expected);
});
