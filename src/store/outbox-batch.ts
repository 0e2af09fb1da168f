import { sql } from 'kysely';
import { type ChangeRecord, getChange } from './outbox.ts';
import type { Handle } from './store.ts';

/** What changes that one request made have in common, as its author wrote it into `details.batch`; `undefined` for a change of its own. */
export function toBatchId({ payload: { details } }: ChangeRecord): string | undefined {
  return typeof details?.batch === 'string' ? details.batch : undefined;
}

/** The changes that were made together with this one, itself included, as far as they are the same host's; only itself when it was made alone. */
export async function listBatch(handle: Handle, change: ChangeRecord): Promise<readonly ChangeRecord[]> {
  const batch = toBatchId(change);
  if (batch === undefined) return [change];
  const { rows } = await sql<{ id: string }>`select id from outbox
    where user_id = ${change.userId} and kind = ${change.trigger} and payload #>> '{details,batch}' = ${batch} order by sequence`.execute(
    handle,
  );
  const changes = await Promise.all(rows.map(({ id }) => (id === change.id ? change : getChange(handle, id))));
  return changes.filter((found) => found !== undefined);
}
