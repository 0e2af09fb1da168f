import { createHash } from 'node:crypto';
import { claimNewRequest, claimRequest, deleteAnswered, isClaimed, keepResult } from '../store/answered-requests.ts';
import { type LockKeys, lockHosts } from '../store/locks.ts';
import type { Transaction } from '../store/store.ts';
import { HttpFailure } from './http-failure.ts';
import type { Service } from './serve.ts';

/** How long the same body from the same credential is taken for a repetition: clients send again what they got no answer to. */
const SAME_BODY_MS = 10 * 60_000;
/** How long an `Idempotency-Key` is known. */
const SAME_KEY_MS = 24 * 60 * 60_000;
const PURGE_EVERY_MS = 10 * 60_000;
const MAXIMUM_KEY_LENGTH = 255;

/** What makes two requests the same one. */
export interface Attempt {
  readonly credential: string;
  /** The `Idempotency-Key` header, or the hash of operation and body. */
  readonly name: string;
  readonly bodyHash: string;
  /** The client named its request itself. */
  readonly hasKey: boolean;
}

/** The attempt a request is; whoever sends it again makes the same one. */
export function toAttempt(request: Request, body: unknown, credential: string): Attempt {
  const { pathname } = new URL(request.url);
  const operation = `${request.method} ${pathname}`;
  const bodyHash = createHash('sha256')
    .update(`${operation}\n${toStableText(body)}`)
    .digest('hex');
  const key = request.headers.get('idempotency-key')?.trim() ?? '';
  if (key === '') return { credential, name: `body:${bodyHash}`, bodyHash, hasKey: false };
  if (key.length > MAXIMUM_KEY_LENGTH) {
    throw new HttpFailure(400, `The header "Idempotency-Key" must not be longer than ${MAXIMUM_KEY_LENGTH} characters.`);
  }
  return { credential, name: `key:${operation}:${key}`, bodyHash, hasKey: true };
}

/** JSON whose members are in one order. */
function toStableText(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : member,
    ) ?? ''
  );
}

export interface Repeatable<Result, Kept> {
  /** Carries it out. */
  readonly make: (tx: Transaction) => Promise<Result>;
  /** What to write down of the result: small, and enough to find it again. */
  readonly keep: (result: Result) => Kept;
  /** The first result; `undefined` when it no longer stands and the request is to be carried out once more. */
  readonly recall: (tx: Transaction, kept: Kept) => Promise<Result | undefined>;
  /** Held when it is carried out. */
  readonly locks?: LockKeys;
}

/**
 * Carries a request out in one transaction, or answers what it came to when the same credential sent it a moment ago, also when both arrive at once.
 * Without an attempt it is simply carried out.
 */
export async function once<Result, Kept>(
  service: Service,
  attempt: Attempt | undefined,
  { make, keep, recall, locks }: Repeatable<Result, Kept>,
): Promise<Result> {
  const { store, processNow = Date.now } = service;
  if (attempt === undefined) {
    return await store.transaction(async (tx) => {
      if (locks !== undefined) await lockHosts(tx, locks.hostIds, locks.eventTypeId);
      return await make(tx);
    });
  }
  const { credential, name, bodyHash, hasKey } = attempt;
  const now = processNow();
  const claim = { credential, name, bodyHash, processNow: now, locks };

  async function carryOut(tx: Transaction): Promise<Result> {
    const made = await make(tx);
    await keepResult(tx, { credential, name, bodyHash, result: keep(made), processNow: now });
    return made;
  }

  async function repeat(tx: Transaction): Promise<Result> {
    const first = await claimRequest(tx, claim);
    if (first !== undefined && now - first.createdAt < (hasKey ? SAME_KEY_MS : SAME_BODY_MS)) {
      if (first.bodyHash !== bodyHash) throw otherBody();
      // Written by `keep` above, under the name of the same operation.
      const recalled = await recall(tx, first.result as Kept);
      if (recalled !== undefined) return recalled;
    }
    return await carryOut(tx);
  }

  const carryOutNew = async (tx: Transaction) => {
    await claimNewRequest(tx, claim);
    return await carryOut(tx);
  };
  const result = await store.transaction(carryOutNew).catch((error: unknown) => {
    if (!isClaimed(error)) throw error;
    return store.transaction(repeat);
  });
  await purge(service, now);
  return result;
}

function otherBody(): HttpFailure {
  return new HttpFailure(
    422,
    'This "Idempotency-Key" was sent before with another body. Send the same body to get the first result, or choose a new key.',
  );
}

const purgedAt = new WeakMap<Service['store'], number>();

async function purge({ store }: Service, now: number): Promise<void> {
  const last = purgedAt.get(store);
  purgedAt.set(store, last === undefined || now - last > PURGE_EVERY_MS ? now : last);
  if (last !== undefined && now - last > PURGE_EVERY_MS) await deleteAnswered(store.db, now - SAME_KEY_MS);
}
