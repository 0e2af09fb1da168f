import { CompiledQuery } from 'kysely';
import { toStorableText } from './sql-values.ts';
import type { Handle } from './store.ts';

/** A statement whose text never changes, for what every request runs: building the same text again costs more than sending it. */
export function defineStatement<Row>(text: string): (handle: Handle, ...parameters: readonly unknown[]) => Promise<readonly Row[]> {
  return async (handle, ...parameters) => {
    const storable = parameters.map((parameter) => (typeof parameter === 'string' ? toStorableText(parameter) : parameter));
    return (await handle.executeQuery<Row>(CompiledQuery.raw(text, storable))).rows;
  };
}

const unanswered = new Set<string>();

/**
 * The same for what is only written: nobody waits for its outcome. In a transaction on PostgreSQL it is sent together with the next statement, so that a
 * failure of it may be seen only there; a commit that is answered has it.
 */
export function defineWrite(text: string): (handle: Handle, ...parameters: readonly unknown[]) => Promise<void> {
  unanswered.add(text);
  const run = defineStatement(text);
  return async (handle, ...parameters) => {
    await run(handle, ...parameters);
  };
}

/** Whether a statement is one of `defineWrite`. */
export function isUnanswered(text: string): boolean {
  return unanswered.has(text);
}

/** `['users.id', 'users.time_zone as timeZone']` as the list of a `select`; with a prefix for one of several records in a row. */
export function toSelection(columns: readonly string[], prefix = ''): string {
  return columns
    .map((column) => {
      const [source = '', alias = source.replace(/^.*\./, '')] = column.split(' as ');
      return `${source} as "${prefix}${alias}"`;
    })
    .join(', ');
}

/** The record whose columns were selected with the prefix. */
export function takePrefixed<Record>(row: Readonly<{ [column: string]: unknown }>, prefix: string): Record {
  const record: { [name: string]: unknown } = {};
  for (const name in row) {
    if (name.startsWith(prefix)) record[name.slice(prefix.length)] = row[name];
  }
  return record as Record; // the columns are those of the record's own list
}

/** Ids as PostgreSQL reads an array: each driver has its own idea of lists. */
export function toIdArray(ids: readonly number[]): string {
  return `{${ids.join(',')}}`;
}
