import { randomBytes } from 'node:crypto';
import { json, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

const KEY = 'signing-secret';

/** What links of this installation are signed with: made at the first need, the same for every process of one database. */
export async function readSigningSecret(handle: Handle, processNow: number): Promise<Buffer> {
  const known = secrets.get(handle);
  if (known !== undefined) return known;
  const secret = (await find(handle)) ?? (await create(handle, processNow));
  secrets.set(handle, secret);
  return secret;
}

/** It never changes once it is there. */
const secrets = new WeakMap<Handle, Buffer>();

async function find(handle: Handle): Promise<Buffer | undefined> {
  const row = await handle.selectFrom('settings').select('value').where('key', '=', KEY).where('user_id', 'is', null).executeTakeFirst();
  return typeof row?.value === 'string' ? Buffer.from(row.value, 'base64url') : undefined;
}

async function create(handle: Handle, processNow: number): Promise<Buffer> {
  await handle
    .insertInto('settings')
    .values({ user_id: null, key: KEY, value: json<unknown>(randomBytes(32).toString('base64url')), updated_at: timestamp(processNow) })
    // Whoever was first decides.
    .onConflict((conflict) => conflict.constraint('settings_key').doNothing())
    .execute();
  const secret = await find(handle);
  if (secret === undefined) throw new Error('The signing secret was stored and is not there.');
  return secret;
}
