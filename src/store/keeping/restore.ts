import { sql } from 'kysely';
import { AppError } from '../../errors.ts';
import { migrations } from '../migrations/index.ts';
import type { Handle } from '../store.ts';
import { type ArchiveHead, type ArchiveSummary, checkArchive, readArchive } from './archive.ts';
import { dropJobs, passOnAgain } from './jobs-schema.ts';
import { continueSequences, insertRows, listTables, pinTextForm, type RowText, readRows, type TableShape } from './tables.ts';

/** Where the tables are built before they take the places of the old ones. */
const WORKSHOP = 'kalends_restore';

const MIGRATION_TABLES = ['kysely_migration', 'kysely_migration_lock'];

/**
 * Replaces what the database holds by what the archive holds, in one transaction: all of it or nothing. The tables are built in a schema of their
 * own as they were when the archive was made, filled, compared with the archive, brought up to date by the migrations since, and then put in place.
 */
export async function restore(db: Handle, path: string): Promise<ArchiveSummary> {
  const archive = await checkArchive(path);
  checkMigrations(archive.head, path);
  await db.transaction().execute(async (tx) => {
    await pinTextForm(tx);
    const { rows } = await sql<{ home: string }>`select current_schema() as home`.execute(tx);
    const home = rows[0]?.home ?? 'public';
    const old = new Set((await listTables(tx)).map((table) => table.name));
    await openWorkshop(tx, home);
    await runMigrations(tx, archive.head.migrations);
    await fill(tx, path);
    await compare(tx, path);
    await finishMigrations(tx, archive.head.migrations);
    await passOnAgain(tx, archive.head.unfinishedChanges);
    await putInPlace(tx, home, old);
    await dropJobs(tx);
  });
  return archive;
}

function checkMigrations({ migrations: names }: ArchiveHead, path: string): void {
  const unknown = names.find((name) => !(name in migrations));
  if (unknown === undefined) return;
  throw new AppError('unsupported', `The backup "${path}" was made by a newer Kalends (migration "${unknown}"). Nothing was changed.`, {
    hint: 'Restore it with that version.',
  });
}

async function openWorkshop(tx: Handle, home: string): Promise<void> {
  await sql`create schema ${sql.id(WORKSHOP)}`.execute(tx);
  await sql`select set_config('search_path', ${`${WORKSHOP}, ${quoteName(home)}`}, true)`.execute(tx);
  for (const name of MIGRATION_TABLES) {
    await sql`create table ${sql.id(WORKSHOP, name)} (like ${sql.id(home, name)} including all)`.execute(tx);
  }
}

async function runMigrations(tx: Handle, names: readonly string[]): Promise<void> {
  // The migrations are the same functions that Kysely runs; the tables of their names are looked for on the search path, which begins here.
  for (const name of names) await migrations[name]?.up(tx);
}

async function finishMigrations(tx: Handle, done: readonly string[]): Promise<void> {
  const missing = Object.keys(migrations)
    .filter((name) => !done.includes(name))
    .sort();
  await runMigrations(tx, missing);
  for (const name of missing) {
    await sql`insert into kysely_migration (name, timestamp) values (${name}, ${new Date().toISOString()})`.execute(tx);
  }
}

/** Foreign keys stand aside while the tables are filled: some point in a circle. Put back, they check every row. */
async function fill(tx: Handle, path: string): Promise<void> {
  const foreignKeys = await takeForeignKeys(tx);
  const present = new Map((await listTables(tx)).map((table) => [table.name, table]));
  const filled: TableShape[] = [];
  for await (const entry of readArchive(path)) {
    if (entry.kind === 'table') {
      filled.push(fitting(entry.table, present.get(entry.table.name)));
      await empty(tx, entry.table.name);
    }
    const table = filled.at(-1);
    if (entry.kind === 'rows' && table !== undefined) await insertRows(tx, table, entry.rows);
  }
  for (const table of filled) {
    await continueSequences(tx, table);
    await sql`alter table ${sql.id(WORKSHOP, table.name)} enable trigger user`.execute(tx);
  }
  for (const { table, name, definition } of foreignKeys) {
    await sql`alter table ${sql.id(WORKSHOP, table)} add constraint ${sql.id(name)} ${sql.raw(definition)}`.execute(tx);
  }
}

/** Triggers stand aside too: what they once did is in the rows, and some refuse changes. */
async function empty(tx: Handle, table: string): Promise<void> {
  await sql`alter table ${sql.id(WORKSHOP, table)} disable trigger user`.execute(tx);
  await sql`truncate table ${sql.id(WORKSHOP, table)}`.execute(tx);
}

function fitting(saved: TableShape, present: TableShape | undefined): TableShape {
  const wanted = saved.columns.map((column) => `${column.name} ${column.type}`).join(', ');
  const found = present?.columns.map((column) => `${column.name} ${column.type}`).join(', ');
  if (found === wanted) return saved;
  throw new AppError(
    'unsupported',
    `The backup has a table "${saved.name}" (${wanted}) that this version of Kalends ${found === undefined ? 'does not know' : `knows as (${found})`}. Nothing was changed.`,
    { hint: "A table that is not Kalends' own can be dropped or moved to another schema before the backup is made." },
  );
}

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

async function takeForeignKeys(tx: Handle): Promise<readonly ForeignKey[]> {
  const { rows } = await sql<ForeignKey>`
    select r.relname as table, c.conname as name, pg_get_constraintdef(c.oid) as definition from pg_constraint c
    join pg_class r on r.oid = c.conrelid
    where c.connamespace = ${WORKSHOP}::regnamespace and c.contype = 'f' and c.conparentid = 0`.execute(tx);
  for (const { table, name } of rows) {
    await sql`alter table ${sql.id(WORKSHOP, table)} drop constraint ${sql.id(name)}`.execute(tx);
  }
  return rows;
}

/** Row by row: what is in the tables now beside what the archive holds. */
async function compare(tx: Handle, path: string): Promise<void> {
  let table = '';
  let stored: AsyncGenerator<readonly RowText[]> | undefined;
  for await (const entry of readArchive(path)) {
    if (entry.kind === 'table') {
      table = entry.table.name;
      stored = readRows(tx, entry.table);
    } else if (entry.kind === 'rows') {
      const found = (await stored?.next())?.value ?? [];
      const index = entry.rows.findIndex((row, at) => JSON.stringify(row) !== JSON.stringify(found[at]));
      if (index >= 0 || found.length !== entry.rows.length) throw different(table, entry.rows[Math.max(index, 0)]);
    } else if (entry.kind === 'sum' && !(await stored?.next())?.done) throw different(table, undefined);
  }
}

function different(table: string, row: RowText | undefined): AppError {
  const which = row === undefined ? 'has more rows than the backup' : `does not hold what the backup has in its row "${row[0]}"`;
  return new AppError('internal', `The table "${table}" ${which}. Nothing was changed.`);
}

async function putInPlace(tx: Handle, home: string, old: ReadonlySet<string>): Promise<void> {
  const tables = (await listTables(tx)).map((table) => table.name);
  const replaced = tables.filter((name) => old.has(name)).map((name) => sql.id(home, name));
  if (replaced.length > 0) await sql`drop table ${sql.join(replaced)}`.execute(tx);
  for (const name of tables) await sql`alter table ${sql.id(WORKSHOP, name)} set schema ${sql.id(home)}`.execute(tx);
  for (const { kind, signature } of await otherObjects(tx)) {
    const move = sql.raw(`${kind} ${quoteName(WORKSHOP)}.${signature}`);
    await sql`drop ${sql.raw(kind)} if exists ${sql.raw(`${quoteName(home)}.${signature}`)}`.execute(tx);
    await sql`alter ${move} set schema ${sql.id(home)}`.execute(tx);
  }
  // Refuses when something was left in it, which then must be moved above.
  await sql`drop schema ${sql.id(WORKSHOP)}`.execute(tx);
}

/** What migrations make beside tables: functions of triggers, and enumerations. */
async function otherObjects(tx: Handle): Promise<readonly { readonly kind: 'function' | 'type'; readonly signature: string }[]> {
  const { rows } = await sql<{ kind: 'function' | 'type'; signature: string }>`
    select 'function' as kind, format('%I(%s)', proname, pg_get_function_identity_arguments(oid)) as signature
      from pg_proc where pronamespace = ${WORKSHOP}::regnamespace
    union all
    select 'type', quote_ident(typname) from pg_type where typnamespace = ${WORKSHOP}::regnamespace and typtype in ('e', 'd')`.execute(tx);
  return rows;
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
