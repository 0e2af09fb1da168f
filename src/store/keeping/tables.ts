import { type RawBuilder, sql } from 'kysely';
import type { Handle } from '../store.ts';

/** A table as the database's own catalogue describes it. */
export interface TableShape {
  readonly name: string;
  /** In the table's order; generated ones are left out, for nobody may write them. */
  readonly columns: readonly ColumnShape[];
  /** The columns that put its rows into one order on every engine: the primary key, or all columns. */
  readonly key: readonly string[];
}

export interface ColumnShape {
  readonly name: string;
  /** As PostgreSQL writes it: "timestamp with time zone". */
  readonly type: string;
  /** The last number its sequence gave; absent without a sequence, null before the first. */
  readonly lastNumber?: number | null;
}

interface CatalogRow {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly sequence: string | null;
  readonly in_key: boolean;
}

/** Every table in the schema that Kalends lives in, so that what a migration adds is covered without being named here. */
export async function listTables(handle: Handle, schema?: string): Promise<readonly TableShape[]> {
  const { rows } = await sql<CatalogRow>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
      pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) as sequence,
      coalesce(a.attnum = any (i.indkey), false) as in_key
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where n.nspname = coalesce(${schema ?? null}::text, current_schema()) and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by c.relname collate "C", a.attnum`.execute(handle);
  const tables: TableShape[] = [];
  for (const [name, columns] of Map.groupBy(rows, (row) => row.table)) {
    const key = columns.filter((column) => column.in_key).map((column) => column.column);
    tables.push({
      name,
      columns: await Promise.all(columns.map((column) => describe(handle, column))),
      key: key.length > 0 ? key : columns.map((column) => column.column),
    });
  }
  return tables;
}

async function describe(handle: Handle, { column, type, sequence }: CatalogRow): Promise<ColumnShape> {
  if (sequence === null) return { name: column, type };
  // The catalogue answers the name quoted where it must be.
  const { rows } = await sql<{ last: number | null }>`
    select case when is_called then last_value end as last from ${sql.raw(sequence)}`.execute(handle);
  return { name: column, type, lastNumber: rows[0]?.last ?? null };
}

/** A row in PostgreSQL's own text form, which loses nothing and is the same on every engine and version. */
export type RowText = readonly (string | null)[];

const BATCH = 500;

/** All rows of a table in the order of its key, in batches. Only within a transaction that `pinTextForm` was called in. */
export async function* readRows(tx: Handle, { name, columns, key }: TableShape, schema?: string): AsyncGenerator<readonly RowText[]> {
  const cursor = sql.id('kalends_rows');
  const values = sql.join(columns.map((column) => sql`${sql.id(column.name)}::text`));
  const order = sql.join(key.map((column) => sql`${sql.id(column)}::text collate "C"`));
  const from = schema === undefined ? sql.id(name) : sql.id(schema, name);
  // As JSON: older releases of PGlite read a null within an array as the text "NULL".
  await sql`declare ${cursor} no scroll cursor for select to_json(array[${values}]::text[]) as values from ${from} order by ${order}`.execute(
    tx,
  );
  try {
    for (;;) {
      const { rows } = await sql<{ values: RowText }>`fetch ${sql.lit(BATCH)} from ${cursor}`.execute(tx);
      if (rows.length > 0) yield rows.map((row) => row.values);
      if (rows.length < BATCH) break;
    }
  } finally {
    await sql`close ${cursor}`.execute(tx);
  }
}

/** Writes rows as `readRows` gave them. */
export async function insertRows(tx: Handle, { name, columns }: TableShape, rows: readonly RowText[]): Promise<void> {
  const names = sql.join(columns.map((column) => sql.id(column.name)));
  const values = sql.join(columns.map((column, index) => readValue(column, index)));
  await sql`insert into ${sql.id(name)} (${names}) overriding system value
    select ${values} from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as row`.execute(tx);
}

function readValue({ type }: ColumnShape, index: number): RawBuilder<unknown> {
  return sql`(row ->> ${sql.lit(index)})::${sql.raw(type)}`;
}

/** Makes every value's text form the same, whatever the server's, the database's and the user's settings say. */
export async function pinTextForm(tx: Handle): Promise<void> {
  await sql`select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true),
    set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true)`.execute(tx);
}

/** Lets a table's sequences go on after the highest number that was ever given. */
export async function continueSequences(tx: Handle, { name, columns }: TableShape): Promise<void> {
  for (const column of columns) {
    if (column.lastNumber === undefined) continue;
    await sql`select setval(pg_get_serial_sequence(quote_ident(${name}::text), ${column.name}::text), last) from (
      select greatest(max(${sql.id(column.name)})::bigint, ${column.lastNumber}::bigint) as last from ${sql.id(name)}) as highest
      where last is not null`.execute(tx);
  }
}
