import { sql } from 'kysely';
import { json, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

/** One process's claim to be the only one that answers in a conversation. Times are the process clock, epoch milliseconds. */
export interface TurnLease {
  readonly conversationId: string;
  /** The process. */
  readonly holder: string;
  readonly now: number;
}

/** Takes or renews it until `until`; false while another process has it and its time is not over. */
export async function takeTurnLease(
  handle: Handle,
  { conversationId, holder, now, until }: TurnLease & { readonly until: number },
): Promise<boolean> {
  const taken = await handle
    .insertInto('settings')
    .values({ user_id: null, key: keyOf(conversationId), value: json<unknown>({ holder, until }), updated_at: timestamp(now) })
    .onConflict((conflict) =>
      conflict
        .constraint('settings_key')
        .doUpdateSet({ value: json<unknown>({ holder, until }), updated_at: timestamp(now) })
        .where((eb) =>
          eb.or([
            sql<boolean>`settings.value ->> 'holder' = ${holder}`,
            sql<boolean>`(settings.value ->> 'until')::double precision <= ${now}::double precision`,
          ]),
        ),
    )
    .executeTakeFirst();
  return taken.numInsertedOrUpdatedRows === 1n;
}

/** Whether some other process answers there now. */
export async function isTurnLeased(handle: Handle, { conversationId, holder, now }: TurnLease): Promise<boolean> {
  const row = await handle
    .selectFrom('settings')
    .select('key')
    .where('key', '=', keyOf(conversationId))
    .where('user_id', 'is', null)
    .where(sql<boolean>`value ->> 'holder' <> ${holder}`)
    .where(sql<boolean>`(value ->> 'until')::double precision > ${now}::double precision`)
    .executeTakeFirst();
  return row !== undefined;
}

export async function releaseTurnLease(handle: Handle, { conversationId, holder }: Omit<TurnLease, 'now'>): Promise<void> {
  await handle
    .deleteFrom('settings')
    .where('key', '=', keyOf(conversationId))
    .where('user_id', 'is', null)
    .where(sql<boolean>`value ->> 'holder' = ${holder}`)
    .execute();
}

function keyOf(conversationId: string): string {
  return `turn:${conversationId}`;
}
