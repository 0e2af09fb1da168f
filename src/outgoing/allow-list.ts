import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';
import { type Address, judgeAddress, parseAddress, type Refusal } from './address.ts';

export const ALLOW_PRIVATE_SETTING = 'KALENDS_WEBHOOK_ALLOW_PRIVATE';

/** What the person who runs the installation allows although it is not public. */
export interface AllowList {
  readonly networks: readonly (readonly [Address, number])[];
  /** Lower case, without a final dot; "*.example.org" stands for all names below. */
  readonly hosts: readonly string[];
}

const HOST = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;

/** Reads "127.0.0.1, 10.0.0.0/8, hooks.internal, *.lan": addresses, networks and host names, apart by commas or spaces. */
export function parseAllowList(text: string): AllowList {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const networks: (readonly [Address, number])[] = [];
  const hosts: string[] = [];
  for (const entry of entries) {
    const network = parseNetwork(entry);
    const host = normalizeHost(entry);
    if (network !== undefined) networks.push(network);
    else if (HOST.test(host) && !/^[\d.]+$/.test(host)) hosts.push(host);
    else {
      throw new AppError('invalid_input', `${ALLOW_PRIVATE_SETTING} has "${entry}", which is no address, network or host name.`, {
        hint: 'Write it like "127.0.0.1, 10.0.0.0/8, hooks.internal".',
      });
    }
  }
  return { networks, hosts };
}

function parseNetwork(entry: string): readonly [Address, number] | undefined {
  const bare = entry.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValidCIDR(bare)) return ipaddr.parseCIDR(bare);
  const address = /^[\d.]+$|:/.test(bare) ? parseAddress(bare) : undefined;
  return address && [address, address instanceof ipaddr.IPv4 ? 32 : 128];
}

/** "Hooks.Internal." → "hooks.internal" */
export function normalizeHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** What stands against calling `host` at `address`, with what the allow-list says counted in. */
export function judge({ networks, hosts }: AllowList, host: string, address: Address): Refusal | undefined {
  const refusal = judgeAddress(address);
  if (refusal === undefined) return undefined;
  const isListed = networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  if (isListed) return undefined;
  // A name may stand for anything its owner writes into it: what serves a machine's own secrets is only ever allowed by address.
  const mayBeNamed = refusal.rule !== 'metadata' && refusal.rule !== 'link-local';
  return mayBeNamed && hosts.some((pattern) => matches(pattern, normalizeHost(host))) ? undefined : refusal;
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
