import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export interface NewWherebyFile {
  readonly userId: number;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly now: number;
}

/** Keeps a small file in the database, where every process finds it; returns its id. */
export async function createWherebyFile(handle: Handle, { userId, contentType, content, now }: NewWherebyFile): Promise<string> {
  const id = randomUUID();
  await handle
    .insertInto('whereby_files')
    .values({
      id,
      user_id: userId,
      content_type: contentType,
      // The two engines' drivers disagree about binary parameters, not about text.
      content: sql<Uint8Array>`decode(${Buffer.from(content).toString('base64')}::text, 'base64')`,
      created_at: timestamp(now),
    })
    .execute();
  return id;
}

export interface WherebyFileRecord {
  readonly contentType: string;
  readonly content: Buffer;
}

export async function getWherebyFile(handle: Handle, id: string): Promise<WherebyFileRecord | undefined> {
  const row = await handle
    .selectFrom('whereby_files')
    .select(['content_type as contentType', sql<string>`encode(content, 'base64')`.as('text')])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { contentType: row.contentType, content: Buffer.from(row.text, 'base64') };
}

export async function deleteWherebyFiles(handle: Handle, ids: readonly (string | null | undefined)[]): Promise<void> {
  const known = ids.filter((id) => id !== null && id !== undefined);
  if (known.length > 0) await handle.deleteFrom('whereby_files').where('id', 'in', known).execute();
}
