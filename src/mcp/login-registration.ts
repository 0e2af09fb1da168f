import type { OAuthServerInfo, StoredOAuthClientInformation } from '@modelcontextprotocol/client';
import { AppError } from '../errors.ts';
import { fingerprintOf, type McpServerDefinition } from './definition.ts';
import { isFor, type ServerLogin } from './login.ts';
import { type Loopback, openLoopback } from './loopback.ts';

/** What a person chooses about a login; all of it may be left to the server. */
export interface LoginWish {
  readonly scope?: string | undefined;
  /** Of a program that was registered by hand, where the server takes no new ones by itself. */
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Of the way back, where the registration names one. */
  readonly port?: number | undefined;
}

interface Earlier {
  readonly earlier?: ServerLogin | undefined;
  readonly url: string;
}

/** A program that is not known there has to be taken by itself. */
export function checkRegistration({ authorizationServerMetadata: metadata, authorizationServerUrl }: OAuthServerInfo, name: string): void {
  if (metadata === undefined || metadata.registration_endpoint !== undefined) return;
  throw new AppError('not_configured', `"${hostOf(authorizationServerUrl)}", where "${name}" logs in, takes no new programs by itself.`, {
    hint: 'Register Kalends there by hand, and add --client-id with what it gives you, and --port with that of the address you registered.',
  });
}

type Registered = ServerLogin & { readonly redirectUrl: string };

/** What an earlier login was registered with, for one that is wished no other way. */
export function registrationOf(definition: McpServerDefinition, wish: LoginWish, { earlier, url }: Earlier): Registered | undefined {
  if (Object.values(wish).some((value) => value !== undefined)) return undefined;
  if (!isFor(earlier, { fingerprint: fingerprintOf(definition), url }) || earlier.redirectUrl === null) return undefined;
  return { ...earlier, redirectUrl: earlier.redirectUrl };
}

/** Login services should take any port of this machine (RFC 8252, 7.3), and some take only the registered one. */
export async function openDoor(state: string, { port }: LoginWish, registered: Registered | undefined): Promise<Loopback> {
  if (registered === undefined) return openLoopback({ state, ...(port === undefined ? {} : { port }) });
  try {
    return await openLoopback({ state, port: Number(new URL(registered.redirectUrl).port) });
  } catch {
    // It is taken by something else: with a new registration any other will do.
    return openLoopback({ state });
  }
}

/** The program as it is known there; `undefined` where it has to be registered. */
export function clientOf(
  { clientId, clientSecret }: { readonly clientId?: string | undefined; readonly clientSecret?: string | null | undefined },
  found: OAuthServerInfo,
): StoredOAuthClientInformation | undefined {
  if (clientId === undefined) return undefined;
  return { client_id: clientId, ...(clientSecret ? { client_secret: clientSecret } : {}), issuer: issuerOf(found) };
}

/** Who gives the logins, as they name themselves. */
export function issuerOf({ authorizationServerMetadata, authorizationServerUrl }: OAuthServerInfo): string {
  return authorizationServerMetadata?.issuer ?? authorizationServerUrl;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
