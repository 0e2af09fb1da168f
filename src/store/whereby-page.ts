import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';

/** Where a page ended: what comes after it is found again although rows were added or removed meanwhile. */
export interface PageMark {
  /** Of the sort key; null when the list has the order of its rows. */
  readonly key: string | number | null;
  readonly sequence: number;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: PageMark | undefined;
}

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  /** Absent when nothing follows. */
  readonly next: PageMark | undefined;
}

export interface PageOrder {
  /** The order the rows were made in when absent. */
  readonly key?: RawBuilder<string | number> | undefined;
  /** Unique and growing. */
  readonly sequence: RawBuilder<number>;
  readonly direction: 'asc' | 'desc';
}

/** One page of a query, by key and not by counting. */
export async function readPage<DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  { key, sequence, direction }: PageOrder,
  { limit, after }: PageRequest,
): Promise<PageOf<Row>> {
  const pageKey: RawBuilder<string | number | null> = key ?? sql<null>`null::text`;
  const isAfter = direction === 'asc' ? sql`>` : sql`<`;
  const marked = query.select([pageKey.as('page_key'), sequence.as('page_sequence')]);
  const cut =
    after === undefined
      ? marked
      : marked.where(
          key === undefined
            ? sql<boolean>`${sequence} ${isAfter} ${after.sequence}::bigint`
            : sql<boolean>`(${key}, ${sequence}) ${isAfter} (${typed(after.key)}, ${after.sequence}::bigint)`,
        );
  const ordered = key === undefined ? cut : cut.orderBy(key, direction);
  const found = await ordered
    .orderBy(sequence, direction)
    .limit(limit + 1)
    .execute();
  // Selected above, whatever else the query selects.
  const marks = found as unknown as readonly { readonly page_key: string | number | null; readonly page_sequence: number }[];
  const last = found.length > limit ? marks[limit - 1] : undefined;
  return {
    rows: found.slice(0, limit) as unknown as readonly Row[],
    next: last && { key: last.page_key, sequence: last.page_sequence },
  };
}

function typed(key: string | number | null): RawBuilder<unknown> {
  return typeof key === 'number' ? sql`${key}::double precision` : sql`${key}::text`;
}

/** A `timestamptz` as a sort key: epoch milliseconds, those without a moment last. */
export function momentKey(column: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`coalesce((extract(epoch from ${column}) * 1000)::double precision, 9e15)`;
}

export function numberKey(expression: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`coalesce((${expression})::double precision, 0)`;
}

export function textKey(column: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`(${column} collate "C")`;
}
