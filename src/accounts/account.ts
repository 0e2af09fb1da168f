import { AppError } from '../errors.ts';
import { type AccountProvider, PROVIDERS } from './provider.ts';

/** Who we are at a provider: a name, a key, and the address it is for. */
export interface Account {
  readonly provider: AccountProvider;
  /** `default`, `work`, `work-eu` */
  readonly name: string;
  /** The secret itself. */
  readonly apiKey: string;
  /** What stands before the API's paths, without a final slash. */
  readonly baseUrl: string;
  /** ISO instant; `null` when it does not expire or nobody said. */
  readonly expiresAt: string | null;
  /** The environment's variable, or the vault. */
  readonly source: { readonly kind: 'environment'; readonly variable: string } | { readonly kind: 'vault'; readonly addedAt: string };
}

/** The account that a call without a name goes to is called so, whatever its own name. */
export const DEFAULT_NAME = 'default';
/** The embedded service. */
export const LOCAL_NAME = 'local';
/** What the account of the environment's plain variable was called before accounts had names. */
export const FORMER_NAME = 'hosted';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 32;
/** What is longer may be a key. */
const LONGEST_QUOTE = 20;

/** "Work_EU" → "work-eu": as it is written in variables and in Lua. */
export function normalizeName(text: string): string {
  return text.trim().toLowerCase().replaceAll('_', '-');
}

/** A name that every surface can say; `taken` are the names that mean something else where accounts are named: those of functions. */
export function checkName(name: string, taken: ReadonlySet<string> = new Set()): string {
  if (name === LOCAL_NAME || name === FORMER_NAME) {
    const meaning = name === LOCAL_NAME ? 'the service of this installation' : 'the account of the environment';
    throw new AppError('invalid_input', `"${name}" is ${meaning} and cannot be the name of another account.`, {
      hint: 'Choose another name, such as "work".',
    });
  }
  if (name.length > LONGEST_NAME || !NAME.test(name)) {
    throw new AppError('invalid_input', `${quoteName(name)} cannot be the name of an account.`, {
      hint: `Use up to ${LONGEST_NAME} lower-case letters and digits, with single hyphens between them, such as "work" or "work-eu".`,
    });
  }
  if (taken.has(name) || taken.has(name.replaceAll('-', '_'))) {
    throw new AppError('invalid_input', `"${name}" is the name of a function: in a script nobody could tell the two apart.`, {
      hint: `Choose another name, such as "my-${name}".`,
    });
  }
  return name;
}

/** For complaints, which repeat no key that slipped into the place of a name. */
export function quoteName(name: string): string {
  return name.length > LONGEST_QUOTE ? 'This text' : `"${name}"`;
}

/** The value is never repeated in a complaint. `what` names where it came from. */
export function checkKey(text: string, what: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]{8,4096}$/.test(key)) return key;
  const reason =
    key === '' ? 'is empty' : key.length < 8 ? 'is too short to be a key' : 'has a space, a line break or a sign that no key has';
  throw new AppError('invalid_input', `${what} ${reason}.`, {
    hint: 'Copy the whole key, and nothing else, from the settings of the provider.',
  });
}

/** The address as it stands before the API's paths. */
export function checkBaseUrl(text: string, provider: AccountProvider, what: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const example = `It starts with https:// or http://, such as ${PROVIDERS[provider].baseUrl}.`;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new AppError('invalid_input', `${what} is no web address.`, { hint: example });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new AppError('invalid_input', `${what} has a user name, a query or a fragment in it.`, { hint: `Leave them out. ${example}` });
  }
  const address = (url.origin + url.pathname).replace(/\/+$/, '');
  // The paths of Cal.com's API begin with the version, and people copy it with the address.
  return provider === 'cal' ? address.replace(/\/v2$/, '') : address;
}

/** The instant until which a key is good: as it was given, or as a key that is a JSON Web Token says itself. */
export function readExpiry(apiKey: string, given?: string | null): string | null {
  if (given !== undefined && given !== null && given !== '') {
    const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(given) ? `${given}T23:59:59Z` : given);
    if (!Number.isNaN(at)) return new Date(at).toISOString();
    throw new AppError('invalid_input', `"${given.slice(0, 60)}" is no day on which a key expires.`, { hint: 'Write it like 2030-12-31.' });
  }
  const seconds = readTokenExpiry(apiKey);
  // Whereby's keys carry the largest number there is, which means never.
  return seconds === undefined || seconds > 253_402_300_799 ? null : new Date(seconds * 1000).toISOString();
}

function readTokenExpiry(apiKey: string): number | undefined {
  const [, payload, signature] = apiKey.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof exp === 'number' && exp > 0 ? exp : undefined;
  } catch {
    return undefined;
  }
}
