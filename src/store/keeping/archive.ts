import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { AppError } from '../../errors.ts';
import type { RowText, TableShape } from './tables.ts';

/** The first line of an archive: JSON lines, compressed with gzip. */
export interface ArchiveHead {
  readonly kalends: 'backup';
  readonly format: 1;
  /** ISO instant, process clock. */
  readonly createdAt: string;
  readonly engine: 'pglite' | 'postgres';
  /** PostgreSQL's own version. */
  readonly postgres: string;
  /** The migrations that made its tables, in order. */
  readonly migrations: readonly string[];
  /** Ids of outbox rows that jobs had in hand: they are passed on again after a restore. */
  readonly unfinishedChanges: readonly string[];
}

/** After the rows of a table: how many there were, and the SHA-256 of their lines. */
export interface TableSum {
  readonly end: string;
  readonly rows: number;
  readonly sha256: string;
}

/** The last line: without it the file was cut off. */
interface ArchiveEnd {
  readonly end: null;
  readonly tables: number;
  readonly rows: number;
}

export interface ArchiveSummary {
  readonly head: ArchiveHead;
  readonly tables: readonly TableSum[];
  readonly rows: number;
}

/** Adds up a table's rows as they pass. */
export function createSum(): { add(row: RowText): string; of(table: string): TableSum } {
  const hash: Hash = createHash('sha256');
  let rows = 0;
  return {
    add(row) {
      const line = `${JSON.stringify(row)}\n`;
      hash.update(line);
      rows += 1;
      return line;
    },
    of: (table) => ({ end: table, rows, sha256: hash.digest('hex') }),
  };
}

export interface ArchiveContents {
  readonly head: ArchiveHead;
  readonly tables: readonly TableShape[];
  rowsOf(table: TableShape): AsyncIterable<readonly RowText[]>;
}

/** Writes an archive that only its owner may read (it holds the hashes of keys and sessions), and puts it in place in one step. */
export async function writeArchive(path: string, { head, tables, rowsOf }: ArchiveContents): Promise<ArchiveSummary> {
  const draft = `${path}.${process.pid}.partial`;
  const gzip = createGzip({ level: 5 });
  const written = pipeline(gzip, createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }));
  // Looked at below; without this a disk that fills up in the middle would end the process.
  written.catch(() => {});
  const put = async (text: string) => {
    if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), written]);
  };
  try {
    await put(`${JSON.stringify(head)}\n`);
    const sums: TableSum[] = [];
    for (const table of tables) {
      await put(`${JSON.stringify({ table: table.name, columns: table.columns, key: table.key })}\n`);
      const sum = createSum();
      for await (const rows of rowsOf(table)) await put(rows.map(sum.add).join(''));
      const end = sum.of(table.name);
      sums.push(end);
      await put(`${JSON.stringify(end)}\n`);
    }
    const rows = sums.reduce((total, sum) => total + sum.rows, 0);
    gzip.end(`${JSON.stringify({ end: null, tables: sums.length, rows } satisfies ArchiveEnd)}\n`);
    await written;
    await rename(draft, path);
    return { head, tables: sums, rows };
  } catch (error) {
    gzip.destroy();
    const failure: unknown = await written.then(
      () => error,
      (cause) => cause,
    );
    await rm(draft, { force: true });
    throw failure instanceof Error && 'syscall' in failure ? notWritten(path, failure) : error;
  }
}

function notWritten(path: string, cause: Error): AppError {
  return new AppError('invalid_input', `The file "${path}" cannot be written: ${reasonOf(cause)}.`, {
    cause,
    hint: 'Name a file in a directory that you may write to and that has room.',
  });
}

/** What stands in an archive, in its order. */
export type ArchiveEntry =
  | { readonly kind: 'head'; readonly head: ArchiveHead }
  | { readonly kind: 'table'; readonly table: TableShape }
  | { readonly kind: 'rows'; readonly rows: readonly RowText[] }
  | { readonly kind: 'sum'; readonly sum: TableSum };

const BATCH = 500;

/** Reads an archive and throws where it is cut off, changed or no archive at all. What was read before that is already with the caller. */
export async function* readArchive(path: string): AsyncGenerator<ArchiveEntry> {
  let head: ArchiveHead | undefined;
  let sum = createSum();
  let batch: RowText[] = [];
  let ended = false;
  for await (const line of linesOf(path)) {
    const value = parseLine(line, path);
    if (ended) throw damaged(path, 'something follows its end');
    if (isRow(value)) {
      sum.add(value);
      batch.push(value);
      if (batch.length < BATCH) continue;
    }
    if (batch.length > 0) yield { kind: 'rows', rows: batch };
    batch = [];
    if (isRow(value)) continue;
    if (head === undefined) {
      head = toHead(value, path);
      yield { kind: 'head', head };
    } else if ('table' in value) {
      sum = createSum();
      yield { kind: 'table', table: { name: value.table, columns: value.columns, key: value.key } };
    } else if (value.end === null) {
      ended = true;
    } else {
      const found = sum.of(value.end);
      if (found.rows !== value.rows || found.sha256 !== value.sha256)
        throw damaged(path, `the rows of "${value.end}" are not those that were saved`);
      yield { kind: 'sum', sum: found };
    }
  }
  if (head === undefined) throw noArchive(path);
  if (!ended) throw damaged(path, 'its end is missing');
}

/** Reads an archive to its end, checking every sum. */
export async function checkArchive(path: string): Promise<ArchiveSummary> {
  let head: ArchiveHead | undefined;
  const tables: TableSum[] = [];
  for await (const entry of readArchive(path)) {
    if (entry.kind === 'head') head = entry.head;
    if (entry.kind === 'sum') tables.push(entry.sum);
  }
  if (head === undefined) throw noArchive(path);
  return { head, tables, rows: tables.reduce((total, sum) => total + sum.rows, 0) };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  try {
    let rest = '';
    for await (const chunk of file.pipe(gunzip).setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'Z_BUF_ERROR') throw damaged(path, 'it was cut off');
    if (code === 'Z_DATA_ERROR' && file.bytesRead < 65_537) throw noArchive(path, cause);
    if (code.startsWith('Z_')) throw damaged(path, 'it cannot be unpacked');
    throw new AppError('not_found', `The file "${path}" cannot be read: ${reasonOf(cause)}.`, { cause });
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

type ParsedLine = RowText | (TableShape & { readonly table: string }) | TableSum | ArchiveEnd;

function isRow(value: ParsedLine): value is RowText {
  return Array.isArray(value);
}

function parseLine(line: string, path: string): ParsedLine {
  try {
    const value: unknown = JSON.parse(line);
    // `writeArchive` wrote it, or the sums do not agree.
    if (typeof value === 'object' && value !== null) return value as ParsedLine;
  } catch {
    // said below
  }
  throw noArchive(path);
}

function toHead(value: object, path: string): ArchiveHead {
  if (!('kalends' in value) || value.kalends !== 'backup' || !('format' in value)) throw noArchive(path);
  if (value.format !== 1) {
    throw new AppError('unsupported', `The backup "${path}" has format "${String(value.format)}", which this version cannot read.`, {
      hint: 'Use the version of Kalends that made it, or a newer one.',
    });
  }
  return value as ArchiveHead; // format 1, as `writeArchive` writes it
}

function noArchive(path: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `"${path}" is no backup of Kalends.`, { cause, hint: 'Name a file that `kalends backup` made.' });
}

function damaged(path: string, how: string): AppError {
  return new AppError('invalid_input', `The backup "${path}" is damaged: ${how}. Nothing was changed.`, { hint: 'Use another backup.' });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file or directory';
  if (code === 'EACCES' || code === 'EPERM') return 'you have no right to';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EEXIST') return 'another backup is writing it';
  return error instanceof Error ? error.message : String(error);
}
