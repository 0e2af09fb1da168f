import { lookup as lookUp } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../errors.ts';
import { parseAddress, type Refusal } from './address.ts';
import { ALLOW_PRIVATE_SETTING, judge, parseAllowList } from './allow-list.ts';

export interface OutgoingOptions {
  /** Addresses, networks and host names that may be called although they are not public. */
  readonly allowPrivate?: string;
  /** All addresses of a name; the system's resolver when absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export interface OutgoingRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** From the first look-up to the last byte. */
  readonly timeoutMs?: number;
  /** Of the answer; what is beyond is not read. */
  readonly maximumBytes?: number;
  readonly signal?: AbortSignal;
}

export interface OutgoingAnswer {
  /** A redirect is an answer like any other: it is never followed. */
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly isTruncated: boolean;
}

/** The one way to call an address that somebody else chose. */
export interface Outgoing {
  /** `forbidden` when the address may not be called, as far as the name resolves now; `invalid_input` when it is no web address. */
  check(url: string): Promise<void>;
  /** `forbidden`, `invalid_input`, `timeout`, or `upstream` when no answer came. Any answer, 500 too, is returned. */
  request(url: string, request?: OutgoingRequest): Promise<OutgoingAnswer>;
  /** For clients that open connections themselves: resolves to checked addresses only. Literal addresses never reach it; `check` them. */
  readonly lookup: LookupFunction;
}

const CHECK_TIMEOUT_MS = 2000;

/**
 * Guards against calling into our own network on behalf of others. The name is resolved once, when the connection is opened, and the connection goes
 * to the very addresses that were checked: a name that changes its mind in between changes nothing. One private address among several refuses all.
 */
export function createOutgoing({ allowPrivate = '', resolve = resolveByName }: OutgoingOptions = {}): Outgoing {
  const allowList = parseAllowList(allowPrivate);

  function checkAddress(host: string, text: string): void {
    const address = parseAddress(text);
    const refusal = address === undefined ? UNREADABLE : judge(allowList, host, address);
    if (refusal !== undefined) throw refused(host, text, refusal);
  }

  async function resolveChecked(host: string): Promise<readonly string[]> {
    const addresses = await resolve(host);
    if (addresses.length === 0) throw new AppError('upstream', `The name "${host}" has no address.`);
    for (const address of addresses) checkAddress(host, address);
    return addresses;
  }

  const lookup: LookupFunction = (host, options, callback) => {
    const family = options.family === 4 || options.family === 'IPv4' ? 4 : options.family === 6 || options.family === 'IPv6' ? 6 : 0;
    resolveChecked(host).then(
      (addresses) => {
        const found = addresses
          .map((address) => ({ address, family: isIP(address) }))
          .filter((item) => family === 0 || item.family === family);
        const [first] = found;
        if (first === undefined) callback(new Error(`The name "${host}" has no address of IPv${family}.`), '');
        else if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };

  return {
    lookup,

    async check(text) {
      const url = parseUrl(text);
      const host = hostOf(url);
      if (isIP(host) !== 0) return checkAddress(host, host);
      const { promise: waited, resolve: stopWaiting } = Promise.withResolvers<void>();
      const timer = setTimeout(stopWaiting, CHECK_TIMEOUT_MS);
      // A name that cannot be resolved now may be later, and is judged then.
      const checked = resolveChecked(host).then(
        () => {},
        (error: unknown) => {
          if (error instanceof AppError && error.code === 'forbidden') throw error;
        },
      );
      await Promise.race([checked, waited]).finally(() => clearTimeout(timer));
    },

    async request(text, request = {}) {
      const url = parseUrl(text);
      const host = hostOf(url);
      if (isIP(host) !== 0) checkAddress(host, host);
      const { timeoutMs = 10_000, signal } = request;
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        return await send(url, { ...request, lookup, signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]) });
      } catch (error) {
        throw toAppError(error, { url, timeoutMs, isTimeout: timeout.aborted, isCancelled: signal?.aborted === true });
      }
    },
  };
}

const UNREADABLE: Refusal = { rule: 'unreadable', what: 'no address that can be judged' };

async function resolveByName(host: string): Promise<readonly string[]> {
  return (await lookUp(host, { all: true, verbatim: true })).map(({ address }) => address);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url;
  throw new AppError('invalid_input', `"${text.slice(0, 200)}" is no web address that starts with http:// or https://.`);
}

/** Without the brackets of IPv6. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

interface Sending extends OutgoingRequest {
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
}

function send(
  url: URL,
  { method = 'GET', headers = {}, body, maximumBytes = 1_000_000, lookup, signal }: Sending,
): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    // No agent: a connection that somebody else opened was not checked by us.
    const call = request(url, { method, headers, agent: false, lookup, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (isTruncated: boolean) => {
        const content = Buffer.concat(chunks).subarray(0, maximumBytes);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content, isTruncated });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= maximumBytes) return;
        finish(true);
        call.destroy();
      });
      response.on('end', () => finish(false));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

interface Circumstances {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly isTimeout: boolean;
  readonly isCancelled: boolean;
}

function toAppError(error: unknown, { url, timeoutMs, isTimeout, isCancelled }: Circumstances): AppError {
  if (error instanceof AppError) return error;
  const { host } = url;
  if (isCancelled) return new AppError('cancelled', `The call of "${host}" was cancelled.`, { cause: error });
  if (isTimeout) return new AppError('timeout', `"${host}" did not answer within ${timeoutMs / 1000} seconds.`, { cause: error });
  return new AppError('upstream', `"${host}" could not be reached: ${reason(error)}.`, { cause: error });
}

/** Several addresses of one name fail together in an AggregateError that has no message of its own. */
function reason(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

function refused(host: string, address: string, { rule, what }: Refusal): AppError {
  const where = host === address ? `"${host}" is` : `"${host}" stands for ${address},`;
  return new AppError('forbidden', `${where} ${what}, which is not called on behalf of others (rule "${rule}").`, {
    hint: `Whoever runs this installation can list it in ${ALLOW_PRIVATE_SETTING}, as an address, a network or a host name.`,
    details: { rule, host, address },
  });
}
