import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'whereby-signature';

/** How old a message may be, and how far its clock may be ahead. */
export const TOLERANCE_SECONDS = 300;

/** The header that goes with these very bytes: `t=<seconds>,v1=<hex>`. */
export function signMessage(body: string | Uint8Array, { secret, now }: { readonly secret: string; readonly now: number }): string {
  const seconds = Math.floor(now / 1000);
  return `t=${seconds},v1=${digest(secret, seconds, body).toString('hex')}`;
}

export interface SignedMessage {
  /** Of `Whereby-Signature`. */
  readonly header: string | null | undefined;
  /** The bytes as they came, before anything parsed them. */
  readonly body: string | Uint8Array;
}

export interface Verification {
  /** As Whereby shows it. */
  readonly secret: string;
  /** Process clock, epoch milliseconds. */
  readonly now: number;
  readonly toleranceSeconds?: number;
  /** Refuses what was let through before; without it a copy within the tolerance passes. */
  readonly replays?: ReplayGuard;
}

/** Remembers names of messages. */
export interface ReplayGuard {
  /** True the first time a name is told, false from then on; it may be forgotten after `until` (epoch milliseconds). */
  remember(name: string, until: number): boolean | Promise<boolean>;
}

export type Verdict =
  | { readonly ok: true; readonly timestamp: number }
  | { readonly ok: false; readonly reason: 'missing' | 'malformed' | 'wrong_signature' | 'too_old' | 'in_future' | 'replayed' };

/** Whether a message really comes from the holder of the secret, now, and for the first time. */
export async function verifyMessage({ header, body }: SignedMessage, verification: Verification): Promise<Verdict> {
  const { secret, now, toleranceSeconds = TOLERANCE_SECONDS, replays } = verification;
  if (secret === '') throw new TypeError('The secret of the webhook is empty: without one nothing can be verified.');
  if (header === null || header === undefined || header.trim() === '') return { ok: false, reason: 'missing' };
  const parts = parseHeader(header);
  if (parts === undefined) return { ok: false, reason: 'malformed' };
  const expected = digest(secret, parts.seconds, body);
  const signature = parts.signatures.find((given) => timingSafeEqual(given, expected));
  if (signature === undefined) return { ok: false, reason: 'wrong_signature' };
  const ageSeconds = now / 1000 - Number(parts.seconds);
  if (ageSeconds > toleranceSeconds) return { ok: false, reason: 'too_old' };
  if (ageSeconds < -toleranceSeconds) return { ok: false, reason: 'in_future' };
  const timestamp = Number(parts.seconds) * 1000;
  const until = timestamp + toleranceSeconds * 1000 + 1000;
  if (replays !== undefined && !(await replays.remember(signature.toString('hex'), until))) return { ok: false, reason: 'replayed' };
  return { ok: true, timestamp };
}

/** A guard for one process; with several the names belong in a shared place. */
export function createReplayMemory(now: () => number = Date.now): ReplayGuard {
  const known = new Map<string, number>();
  return {
    remember(name, until) {
      for (const [other, end] of known) if (end < now()) known.delete(other);
      if (known.has(name)) return false;
      known.set(name, until);
      return true;
    },
  };
}

interface HeaderParts {
  /** As it was written, for it is part of what is signed. */
  readonly seconds: string;
  readonly signatures: readonly Buffer[];
}

function parseHeader(header: string): HeaderParts | undefined {
  const pairs = header.split(',').map((part) => part.trim().split('='));
  const values = (name: string) => pairs.filter(([key, , ...rest]) => key === name && rest.length === 0).map(([, value = '']) => value);
  const [seconds, ...others] = values('t');
  const signatures = values('v1').filter((text) => /^[0-9a-f]{64}$/i.test(text));
  if (seconds === undefined || others.length > 0 || !/^\d{1,12}$/.test(seconds) || signatures.length === 0) return undefined;
  return { seconds, signatures: signatures.map((text) => Buffer.from(text, 'hex')) };
}

function digest(secret: string, seconds: string | number, body: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
