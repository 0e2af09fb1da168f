import { AppError } from '../../errors.ts';

export interface ApiPath {
  /** "/v2/bookings/bkg_8x2m" */
  readonly path: string;
  /** What stood behind a question mark. */
  readonly query: Readonly<Record<string, string>>;
}

/** Keys are changed and exchanged here: an answer would show them, and this account's own would stop working. */
const KEYS = /^\/v2\/(api-keys|auth|oauth|oauth-clients)(\/|$)/;

/**
 * The path of a call below the API's own origin, with or without `/v2` before it. Throws `invalid_input` for an address of its own, for `..`, and
 * for what a server could read as one of these; `forbidden` for paths that hand out keys.
 */
export function parseApiPath(given: string): ApiPath {
  const text = given.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || /^[\\/]{2}/.test(text)) {
    throw refuse(given, 'is an address', 'Give only the path, such as "/bookings"; the account says where the API is.');
  }
  if (text.includes('#')) throw refuse(given, 'has a part after "#"', 'Leave that out.');
  const [before = '', ...after] = text.split('?');
  const segments = before.split('/').filter((segment, index, all) => segment !== '' || (index > 0 && index < all.length - 1));
  const inner = segments[0] === 'v2' ? segments.slice(1) : segments;
  if (inner.length === 0) throw refuse(given, 'names nothing', 'Give a path such as "/bookings" or "/me".');
  const path = `/v2/${inner.map((segment) => toSegment(segment, given)).join('/')}`;
  if (KEYS.test(path)) {
    throw new AppError('forbidden', `"${path}" hands out keys, and those are no matter of a tool.`, {
      hint: 'Add and change keys with `kalends accounts`.',
    });
  }
  return { path, query: Object.fromEntries(new URLSearchParams(after.join('?'))) };
}

function toSegment(segment: string, given: string): string {
  const decoded = decode(segment, given);
  if (decoded === '' || decoded === '.' || decoded === '..') throw refuse(given, `has "${segment}" as a part`, 'Name each part of it.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\\/\u0000-\u001f\u007f]/.test(decoded) || /%(2e|2f|5c)/i.test(decoded)) {
    throw refuse(given, `has "${segment}" as a part`, 'Slashes and control characters belong in no part of a path.');
  }
  return encodeURIComponent(decoded).replaceAll('%40', '@').replaceAll('%2C', ',');
}

function decode(segment: string, given: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refuse(given, `has "${segment}" as a part`, 'A percent sign is written "%25".');
  }
}

function refuse(given: string, why: string, hint: string): AppError {
  return new AppError('invalid_input', `The path "${given}" ${why}.`, { hint });
}
