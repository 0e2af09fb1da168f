import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits for a cookie or a link. The database keeps only the hash. */
export function createSecretToken(): { readonly token: string; readonly hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashSecretToken(token) };
}

export function hashSecretToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
