import { createHash, randomBytes } from 'node:crypto';
import { nullableTimestamp, timestamp } from './sql-values.ts';
import { defineStatement, takePrefixed, toSelection } from './statement.ts';
import type { Handle, Transaction } from './store.ts';
import { USER_COLUMNS, type UserRecord } from './users.ts';

const PREFIX = 'cal_';

export interface NewApiKey {
  readonly userId: number;
  /** The key itself, beginning with `cal_`, where somebody already chose it; otherwise one is made. */
  readonly key?: string;
  readonly note?: string;
  readonly expiresAt?: number;
  readonly now: number;
}

/** Returns the key in clear: the only time it is seen, as the database keeps its hash. */
export async function createApiKey(handle: Handle, { userId, key, note, expiresAt, now }: NewApiKey): Promise<string> {
  const plain = key ?? `${PREFIX}${randomBytes(24).toString('hex')}`;
  await handle
    .insertInto('api_keys')
    .values({
      user_id: userId,
      key_hash: hashApiKey(plain),
      note: note ?? null,
      expires_at: nullableTimestamp(expiresAt ?? null),
      created_at: timestamp(now),
    })
    .execute();
  return plain;
}

export interface ApiKeyRecord {
  readonly id: number;
  readonly userId: number;
  readonly expiresAt: number | null;
  /** Its user was disabled. */
  readonly disabled: boolean;
  readonly user: UserRecord;
}

interface KeyRow {
  readonly id: number;
  readonly keyHash: string;
  readonly expiresAt: number | null;
}

const KEYS = `select api_keys.id, api_keys.key_hash as "keyHash", api_keys.expires_at as "expiresAt", ${toSelection(USER_COLUMNS, 'user_')}
  from api_keys join users on users.id = api_keys.user_id`;

const selectKey = defineStatement<KeyRow>(`${KEYS} where api_keys.key_hash = $1`);

const selectKeys = defineStatement<KeyRow>(`${KEYS} where api_keys.key_hash = any ($1::text[])`);

/** The stored key and its user; whether it has expired is for the caller to say, who must answer differently then. */
export async function findApiKey(handle: Handle, key: string): Promise<ApiKeyRecord | undefined> {
  if (!key.startsWith(PREFIX)) {
    return undefined;
  }
  return await findTogether(handle, hashApiKey(key));
}

interface Gathering {
  readonly hashes: Set<string>;
  readonly found: Promise<ReadonlyMap<string, ApiKeyRecord>>;
}

const gatherings = new WeakMap<Handle, Gathering>();

/** Requests that came in together ask together, once all of them are there: with many at a time this is one statement for most of them. */
async function findTogether(handle: Handle, hash: string): Promise<ApiKeyRecord | undefined> {
  if (handle.isTransaction) return (await readKeys(handle, [hash])).get(hash);
  const gathering = gatherings.get(handle) ?? gather(handle);
  gathering.hashes.add(hash);
  return (await gathering.found).get(hash);
}

function gather(handle: Handle): Gathering {
  const hashes = new Set<string>();
  const { promise: found, resolve } = Promise.withResolvers<ReadonlyMap<string, ApiKeyRecord>>();
  const gathering = { hashes, found };
  gatherings.set(handle, gathering);
  setImmediate(() => {
    // Who asks from now on may mean a key that was made after this answer.
    gatherings.delete(handle);
    resolve(readKeys(handle, [...hashes]));
  });
  return gathering;
}

async function readKeys(handle: Handle, hashes: readonly string[]): Promise<ReadonlyMap<string, ApiKeyRecord>> {
  const [first = '', ...others] = hashes;
  const rows = others.length === 0 ? await selectKey(handle, first) : await selectKeys(handle, `{${hashes.join(',')}}`);
  return new Map(rows.map((row) => [row.keyHash, toRecord(row)]));
}

function toRecord(row: KeyRow): ApiKeyRecord {
  const user: UserRecord = takePrefixed({ ...row }, 'user_');
  return { id: row.id, userId: user.id, expiresAt: row.expiresAt, disabled: user.disabledAt !== null, user };
}

export async function touchApiKey(handle: Handle, id: number, now: number): Promise<void> {
  await handle
    .updateTable('api_keys')
    .set({ last_used_at: timestamp(now) })
    .where('id', '=', id)
    .execute();
}

/**
 * Puts a new key in the place of one, which stops working at once; `undefined` when that is gone already. Answers the new key in clear and the hash of
 * the old one.
 */
export async function replaceApiKey(
  tx: Transaction,
  id: number,
  { expiresAt, now }: { readonly expiresAt: number | undefined; readonly now: number },
): Promise<{ readonly key: string; readonly oldKeyHash: string } | undefined> {
  const old = await tx
    .deleteFrom('api_keys')
    .where('id', '=', id)
    .returning(['user_id as userId', 'note', 'key_hash as keyHash'])
    .executeTakeFirst();
  if (old === undefined) return undefined;
  const key = await createApiKey(tx, {
    userId: old.userId,
    ...(old.note === null ? {} : { note: old.note }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    now,
  });
  return { key, oldKeyHash: old.keyHash };
}

export async function deleteApiKey(handle: Handle, id: number): Promise<void> {
  await handle.deleteFrom('api_keys').where('id', '=', id).execute();
}

/** SHA-256, hex, of what follows the prefix. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key.slice(PREFIX.length)).digest('hex');
}
