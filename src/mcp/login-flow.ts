import { randomBytes } from 'node:crypto';
import {
  auth,
  discoverOAuthServerInfo,
  extractWWWAuthenticateParams,
  type FetchLike,
  LATEST_PROTOCOL_VERSION,
  type OAuthClientProvider,
  type OAuthServerInfo,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { AppError } from '../errors.ts';
import { fingerprintOf, type McpServerDefinition } from './definition.ts';
import type { ServerLogin } from './login.ts';
import { reasonOf } from './login-reason.ts';
import { checkRegistration, clientOf, issuerOf, type LoginWish, openDoor, registrationOf } from './login-registration.ts';
import { toExpiry } from './login-session.ts';
import type { BroughtBack } from './loopback.ts';

export interface LoginParts {
  /** Address of the server, filled in. */
  readonly url: string;
  /** What its entry sends beside the login. */
  readonly headers: Readonly<Record<string, string>>;
  /** The guard's: the server names addresses of its own choosing. */
  readonly fetch: FetchLike;
  /** The process clock, epoch milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onPage: (page: LoginPage) => void;
  /** The one that is kept: its registration is used again where nothing speaks against it. */
  readonly earlier?: ServerLogin | undefined;
}

/** Where the person logs in. */
export interface LoginPage {
  readonly address: string;
  /** For one whose browser is on another machine: takes the address at which it ended, or throws `invalid_input`. */
  bring(address: string): void;
}

/** How long a person may take. */
const PATIENCE_MS = 600_000;
const REQUEST_MS = 20_000;

/**
 * A login by authorization code with PKCE: the person agrees in a browser, which comes back to a door of this machine. The address of the page goes to
 * `onPage`; nothing is opened here.
 */
export async function logIn(definition: McpServerDefinition, wish: LoginWish, parts: LoginParts): Promise<ServerLogin> {
  const { name } = definition;
  const { url, signal, now } = parts;
  const fetch: FetchLike = (input, init) =>
    parts.fetch(input, {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS), ...(init?.signal ? [init.signal] : [])]),
    });
  const state = randomBytes(24).toString('base64url');
  const registered = registrationOf(definition, wish, parts);
  const door = await openDoor(state, wish, registered);
  try {
    const challenge = await probe(parts, fetch).catch((error: unknown) => {
      throw toFailure(error, name);
    });
    const found = await discover(definition, { url, challenge, fetch });
    const isRegistered = registered !== undefined && registered.redirectUrl === door.url && registered.issuer === issuerOf(found);
    const kept: Kept = { client: clientOf(isRegistered ? registered : wish, found), resource: null };
    if (kept.client === undefined) checkRegistration(found, name);
    const provider = toProvider({ kept, found, wish, redirectUrl: door.url, state, name });
    const scope = wish.scope ?? challenge?.scope;
    const asked = { serverUrl: url, fetchFn: fetch, ...(scope === undefined ? {} : { scope }) };
    await auth(provider, { ...asked, forceReauthorization: true });
    if (kept.page === undefined) throw new TypeError('There is no page to log in at.');
    parts.onPage({ address: kept.page, bring: door.bring });
    const back = await untilBack(door.visit, name, signal);
    try {
      const { code, iss } = readAnswer(back, name);
      await auth(provider, { ...asked, authorizationCode: code, ...(iss === null ? {} : { iss }) });
      const login = toLogin(kept, { definition, url, found, redirectUrl: door.url, now: now() });
      back.show({ isGood: true, title: 'You are logged in', text: 'Go back to the terminal; this page can be closed.' });
      return login;
    } catch (error) {
      back.show({ isGood: false, title: 'You are not logged in', text: 'The terminal says why; this page can be closed.' });
      throw error;
    }
  } catch (error) {
    throw toFailure(error, name);
  } finally {
    door.close();
  }
}

type Challenge = ReturnType<typeof extractWWWAuthenticateParams>;

/** Begins without a login, to hear what the server asks for; `undefined` when it asks for none. */
async function probe({ url, headers }: LoginParts, fetch: FetchLike): Promise<Challenge | undefined> {
  const own = Object.fromEntries(Object.entries(headers).filter(([header]) => header.toLowerCase() !== 'authorization'));
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...own, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo: { name: 'kalends', version: '1' } },
    }),
  });
  await response.body?.cancel();
  return response.status === 401 ? extractWWWAuthenticateParams(response) : undefined;
}

interface Discovery {
  readonly url: string;
  readonly challenge: Challenge | undefined;
  readonly fetch: FetchLike;
}

/** Who gives logins for the server. */
async function discover({ name }: McpServerDefinition, { url, challenge, fetch }: Discovery): Promise<OAuthServerInfo> {
  const resourceMetadataUrl = challenge?.resourceMetadataUrl;
  const found = await discoverOAuthServerInfo(url, {
    fetchFn: fetch,
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
  });
  const { authorizationServerMetadata: metadata, resourceMetadata } = found;
  if (challenge === undefined && metadata === undefined && resourceMetadata === undefined) {
    throw new AppError('unsupported', `The MCP server "${name}" asks for no login, and offers none.`, {
      hint: `Use it as it is: \`kalends mcp:tools ${name}\`.`,
    });
  }
  return found;
}

interface Kept {
  client: StoredOAuthClientInformation | undefined;
  tokens?: StoredOAuthTokens;
  verifier?: string;
  resource: string | null;
  page?: string;
}

interface ProviderParts {
  readonly kept: Kept;
  readonly found: OAuthServerInfo;
  readonly wish: LoginWish;
  readonly redirectUrl: string;
  readonly state: string;
  readonly name: string;
}

/** The memory of one login; it lasts no longer. */
function toProvider({ kept, found, wish, redirectUrl, state, name }: ProviderParts): OAuthClientProvider {
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'Kalends',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...(wish.scope === undefined ? {} : { scope: wish.scope }),
    },
    state: () => state,
    clientInformation: () => kept.client,
    saveClientInformation(client) {
      kept.client = client;
    },
    tokens: () => undefined,
    saveTokens(tokens) {
      kept.tokens = tokens;
    },
    saveCodeVerifier(verifier) {
      kept.verifier = verifier;
    },
    codeVerifier: () => kept.verifier ?? '',
    // Asked for once: both halves of a login speak of the same server.
    discoveryState: () => found,
    saveDiscoveryState: () => undefined,
    saveResourceUrl(resource) {
      kept.resource = resource;
    },
    redirectToAuthorization(address) {
      // A page that a person's browser opens for us: nothing but a web page, and not in clear text over a network.
      if (address.protocol === 'https:' || (address.protocol === 'http:' && isLoopback(address.hostname))) kept.page = address.href;
      else
        throw new AppError(
          'upstream',
          `The page to log in at "${name}" is at "${address.protocol}//${address.host}", which is no https address.`,
        );
    },
  };
}

/** A visit with our `state`, before the person's patience ends. */
async function untilBack(visit: Promise<BroughtBack>, name: string, signal: AbortSignal): Promise<BroughtBack> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new AppError('cancelled', `The login at "${name}" was stopped.`));
  const timer = setTimeout(
    () => reject(new AppError('timeout', `Nobody logged in at "${name}" within ten minutes.`, { hint: 'Begin again when you are ready.' })),
    PATIENCE_MS,
  );
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([visit, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function readAnswer({ parameters }: BroughtBack, name: string): { readonly code: string; readonly iss: string | null } {
  const code = parameters.get('code');
  if (code !== null) return { code, iss: parameters.get('iss') };
  // Only the code of an error is shown, and only in the letters that codes have: the rest is anybody's words.
  const error = /^[a-z_]{1,60}$/.exec(parameters.get('error') ?? '')?.[0] ?? 'no code';
  throw new AppError('denied', `The login at "${name}" was refused (${error}).`, { hint: 'Begin again if that was not meant.' });
}

interface LoginFacts {
  readonly definition: McpServerDefinition;
  readonly url: string;
  readonly found: OAuthServerInfo;
  readonly redirectUrl: string;
  readonly now: number;
}

function toLogin({ client, tokens, resource }: Kept, { definition, url, found, redirectUrl, now }: LoginFacts): ServerLogin {
  if (client === undefined || tokens === undefined) throw new TypeError('No token came.');
  const hasEnd = 'client_secret_expires_at' in client && client.client_secret_expires_at !== 0 && client.client_secret !== undefined;
  return {
    fingerprint: fingerprintOf(definition),
    url,
    issuer: issuerOf(found),
    authorizationServer: found.authorizationServerUrl,
    resource,
    clientId: client.client_id,
    clientSecret: client.client_secret ?? null,
    redirectUrl: hasEnd ? null : redirectUrl,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? null,
    scope: tokens.scope ?? null,
    expiresAt: toExpiry(tokens.expires_in, now),
    loggedInAt: now,
  };
}

function toFailure(error: unknown, name: string): AppError {
  if (error instanceof AppError) return error;
  // What the guard refused comes wrapped.
  if (error instanceof Error && error.cause instanceof AppError) return error.cause;
  return new AppError('upstream', `You could not be logged in at the MCP server "${name}": ${reasonOf(error)}`, {
    cause: error,
    hint: 'If it stays so, tell the people who made the server.',
  });
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
