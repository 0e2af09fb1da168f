import { createHash } from 'node:crypto';

/** JSON with its keys in order and `undefined` left out: equal values print equally. */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/** SHA-256 of the canonical JSON, in hex: binds an approval to one call and to the state it was asked about. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(toCanonicalJson(value ?? null))
    .digest('hex');
}
