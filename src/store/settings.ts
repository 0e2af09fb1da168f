import { json, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

/** One value by name: of a user, or of the whole installation when no user is given. */
export interface SettingKey {
  readonly key: string;
  readonly userId?: number;
}

export async function getSetting(handle: Handle, { key, userId }: SettingKey): Promise<unknown> {
  const row = await handle
    .selectFrom('settings')
    .select('value')
    .where('key', '=', key)
    .where('user_id', userId === undefined ? 'is' : '=', userId ?? null)
    .executeTakeFirst();
  return row?.value;
}

export async function setSetting(
  handle: Handle,
  { key, userId, value, now }: SettingKey & { readonly value: unknown; readonly now: number },
): Promise<void> {
  const values = { value: json(value), updated_at: timestamp(now) };
  await handle
    .insertInto('settings')
    .values({ user_id: userId ?? null, key, ...values })
    .onConflict((conflict) => conflict.constraint('settings_key').doUpdateSet(values))
    .execute();
}
