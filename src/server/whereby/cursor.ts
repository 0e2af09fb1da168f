import { createHash } from 'node:crypto';
import type { PageMark, PageOf } from '../../store/whereby-page.ts';
import { WherebyFailure } from './failure.ts';

const DEFAULT_LIMIT = 50;

interface Paging {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which list of which caller it is: a cursor goes on with that one and no other. */
export type ListName = readonly unknown[];

/** What the store is to read for a page. */
export function toPageRequest({ cursor, limit = DEFAULT_LIMIT }: Paging, list: ListName): { limit: number; after: PageMark | undefined } {
  return { limit, after: cursor === undefined ? undefined : parseCursor(cursor, list) };
}

/** The envelope of a page. */
export function toPage<Row, Item>({ rows, next }: PageOf<Row>, list: ListName, toItem: (row: Row) => Item) {
  return { results: rows.map(toItem), cursor: next === undefined ? null : toCursor(next, list) };
}

function toCursor({ key, sequence }: PageMark, list: ListName): string {
  return Buffer.from(JSON.stringify([key, sequence, digestOf(list)])).toString('base64url');
}

function parseCursor(text: string, list: ListName): PageMark {
  const [key, sequence, digest] = parseList(text);
  const isKey = key === null || typeof key === 'string' || (typeof key === 'number' && Number.isFinite(key));
  if (!isKey || typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || digest !== digestOf(list)) {
    throw new WherebyFailure(400, `The cursor "${text.slice(0, 100)}" is not one of this list with these filters: start again without it.`);
  }
  return { key, sequence };
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function digestOf(list: ListName): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 12);
}
