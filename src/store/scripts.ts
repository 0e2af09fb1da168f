import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { json, nullableTimestamp, timestamp, toStorableText } from './sql-values.ts';
import { defineStatement } from './statement.ts';
import type { Handle, Transaction } from './store.ts';

const COLUMNS = [
  'id',
  'user_id as userId',
  'name',
  'description',
  'source',
  'hash',
  'version',
  'args',
  'account',
  'cron',
  'zone',
  'triggers',
  'enabled',
  'paused_reason as pausedReason',
  'attempts',
  'delay_seconds as delaySeconds',
  'next_at as nextAt',
  'seen_sequence as seenSequence',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

/** A script of a person, with what starts it. */
export interface ScriptRecord {
  readonly id: string;
  readonly userId: number;
  readonly name: string;
  readonly description: string;
  readonly source: string;
  /** SHA-256, hex, of the source. */
  readonly hash: string;
  /** Counts the sources that were saved. */
  readonly version: number;
  readonly args: Readonly<Record<string, unknown>>;
  readonly account: string | null;
  readonly cron: string | null;
  readonly zone: string | null;
  readonly triggers: readonly string[];
  readonly enabled: boolean;
  readonly pausedReason: string | null;
  /** All attempts of a run, the first included. */
  readonly attempts: number;
  readonly delaySeconds: number;
  /** The next tick, by the domain clock. */
  readonly nextAt: number | null;
  readonly seenSequence: number;
  /** Process clock. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type SavedScript = Pick<
  ScriptRecord,
  'userId' | 'name' | 'description' | 'source' | 'args' | 'account' | 'cron' | 'zone' | 'triggers' | 'attempts' | 'delaySeconds' | 'nextAt'
> & { readonly processNow: number };

/** Adds the script, or takes the place of the one of this name: it is switched on, and hears of what happens from now on. */
export async function saveScript(tx: Transaction, { processNow, ...script }: SavedScript): Promise<ScriptRecord> {
  const hash = createHash('sha256').update(script.source).digest('hex');
  const values = {
    description: toStorableText(script.description),
    source: script.source,
    hash,
    args: json(script.args),
    account: script.account,
    cron: script.cron,
    zone: script.zone,
    triggers: json(script.triggers),
    enabled: true,
    paused_reason: null,
    attempts: script.attempts,
    delay_seconds: script.delaySeconds,
    next_at: nullableTimestamp(script.nextAt),
    seen_sequence: sql<number>`(select coalesce(max(sequence), 0) from outbox)`,
    updated_at: timestamp(processNow),
  };
  await tx
    .insertInto('scripts')
    .values({ id: randomUUID(), user_id: script.userId, name: script.name, version: 1, created_at: timestamp(processNow), ...values })
    .onConflict((conflict) =>
      conflict.constraint('scripts_name').doUpdateSet({
        ...values,
        version: sql<number>`scripts.version + case when scripts.hash = ${hash} then 0 else 1 end`,
      }),
    )
    .execute();
  const saved = await findScript(tx, script.userId, script.name);
  if (saved === undefined) throw new Error(`The script "${script.name}" was not written.`);
  return saved;
}

export async function findScript(handle: Handle, userId: number, name: string): Promise<ScriptRecord | undefined> {
  return await handle.selectFrom('scripts').select(COLUMNS).where('user_id', '=', userId).where('name', '=', name).executeTakeFirst();
}

export async function getScript(handle: Handle, id: string): Promise<ScriptRecord | undefined> {
  return await handle.selectFrom('scripts').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** Waits until nobody else decides about the script, and holds it until the transaction ends. */
export async function lockScript(tx: Transaction, id: string): Promise<ScriptRecord | undefined> {
  return await tx.selectFrom('scripts').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function listScripts(handle: Handle, userId: number): Promise<readonly ScriptRecord[]> {
  return await handle.selectFrom('scripts').select(COLUMNS).where('user_id', '=', userId).orderBy('name').execute();
}

/** With its runs. */
export async function deleteScript(handle: Handle, id: string): Promise<void> {
  await handle.deleteFrom('scripts').where('id', '=', id).execute();
}

export interface ScriptSwitch {
  readonly enabled: boolean;
  readonly pausedReason?: string;
  readonly nextAt: number | null;
  readonly processNow: number;
}

/** Switched on, it hears of what happens from then on. */
export async function switchScript(handle: Handle, id: string, { enabled, pausedReason, nextAt, processNow }: ScriptSwitch): Promise<void> {
  await handle
    .updateTable('scripts')
    .set({
      enabled,
      paused_reason: pausedReason ?? null,
      next_at: nullableTimestamp(nextAt),
      updated_at: timestamp(processNow),
      ...(enabled ? { seen_sequence: sql<number>`(select coalesce(max(sequence), 0) from outbox)` } : {}),
    })
    .where('id', '=', id)
    .execute();
}

/** Scripts whose tick is due; each goes to one of those who ask at the same time. */
export async function takeDueScripts(
  tx: Transaction,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<readonly ScriptRecord[]> {
  return await tx
    .selectFrom('scripts')
    .select(COLUMNS)
    .where('enabled', '=', true)
    .where('next_at', '<=', timestamp(now))
    .orderBy('next_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

export async function setNextTick(tx: Transaction, id: string, nextAt: number | null): Promise<void> {
  await tx
    .updateTable('scripts')
    .set({ next_at: nullableTimestamp(nextAt) })
    .where('id', '=', id)
    .execute();
}

/** When the next tick of all scripts is. */
export async function nextTickOfAll(handle: Handle): Promise<number | null> {
  const row = await handle
    .selectFrom('scripts')
    .select('next_at as nextAt')
    .where('enabled', '=', true)
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst();
  return row?.nextAt ?? null;
}

/** The scripts of this person that hear of this. */
export async function findListeners(handle: Handle, userId: number, trigger: string): Promise<readonly ScriptRecord[]> {
  return await handle
    .selectFrom('scripts')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .where('enabled', '=', true)
    .where(sql<boolean>`triggers @> ${json([trigger])}`)
    .orderBy('name')
    .execute();
}

const selectScripted = defineStatement<{ readonly id: string }>(`select o.id from outbox o where o.id = any ($1::uuid[]) and exists (
  select from scripts s where s.enabled and s.user_id = o.user_id and s.triggers @> jsonb_build_array(o.kind))`);

/** Which of these changes some script hears of. */
export async function findScripted(handle: Handle, changeIds: readonly string[]): Promise<readonly string[]> {
  const heard = new Set((await selectScripted(handle, `{${changeIds.join(',')}}`)).map(({ id }) => id));
  return changeIds.filter((id) => heard.has(id));
}

export interface ScriptNews {
  readonly id: string;
  readonly sequence: number;
}

const selectNews = defineStatement<ScriptNews>(`select o.id, o.sequence from outbox o, scripts s
  where s.id = $1::uuid and o.user_id = s.user_id and s.triggers @> jsonb_build_array(o.kind) and o.dispatched_at is not null
    and (o.id = $2::uuid or o.sequence > s.seen_sequence and o.sequence < (select sequence from outbox where id = $2::uuid))
  order by o.sequence limit 500`);

/** The change, and those before it that the script has not looked at yet: who is told first may not be told of the first. */
export async function listNews(handle: Handle, scriptId: string, changeId: string): Promise<readonly ScriptNews[]> {
  return await selectNews(handle, scriptId, changeId);
}

export async function noteSeen(tx: Transaction, scriptId: string, sequence: number): Promise<void> {
  await tx
    .updateTable('scripts')
    .set({ seen_sequence: sql<number>`greatest(seen_sequence, ${sequence}::bigint)` })
    .where('id', '=', scriptId)
    .execute();
}
