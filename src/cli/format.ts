import { AppError } from '../errors.ts';
import { clean, type Look, pad, paint, widthOf } from './layout.ts';

export const FORMATS = ['card', 'table', 'json', 'jsonl', 'csv'] as const;

/** How a result is written: `card` for people, the others for programs and spreadsheets. */
export type Format = (typeof FORMATS)[number];

type Row = Readonly<Record<string, unknown>>;

const WIDEST_CELL = 40;

export function parseFormat(text: string): Format {
  const found = FORMATS.find((format) => format === text);
  if (found) return found;
  throw new AppError('invalid_input', `There is no format "${text}".`, { hint: `There are ${FORMATS.join(', ')}.` });
}

/** The list inside a result, or the result itself as the only row: `{ bookings: […], pagination }` has its bookings as rows. */
export function rowsOf(output: unknown): readonly Row[] {
  if (Array.isArray(output)) return output.map(toRow);
  if (isRow(output)) {
    const isWrapping = Object.keys(output).length <= 3;
    const list = Object.values(output).find((value) => Array.isArray(value));
    if (isWrapping && list !== undefined) return list.map(toRow);
    return daysOf(output) ?? (isWrapping ? namedOf(output) : undefined) ?? [output];
  }
  return output === null || output === undefined ? [] : [{ value: output }];
}

/** `{ slots: { "2030-01-08": [{ start }] } }`: one row for each, with its date. */
function daysOf(output: Row): readonly Row[] | undefined {
  const days = Object.values(output).find((value) => isRow(value) && Object.keys(value).some((key) => /^\d{4}-\d{2}-\d{2}$/.test(key)));
  if (!isRow(days)) return undefined;
  return Object.entries(days).flatMap(([date, list]) => (Array.isArray(list) ? list.map((entry) => ({ date, ...toRow(entry) })) : []));
}

/** `{ success: true, providers: { cal: {…}, whereby: {…} } }`: one row for each, with its name. */
function namedOf(output: Row): readonly Row[] | undefined {
  const held = Object.values(output).filter(isRow);
  const [named] = held;
  if (held.length !== 1 || named === undefined || Object.keys(named).length === 0 || !Object.values(named).every(isRow)) return undefined;
  return Object.entries(named).map(([name, row]) => ({ name, ...toRow(row) }));
}

/** One JSON object a line. */
export function toJsonLines(output: unknown): string {
  return rowsOf(output)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
}

/** Comma-separated values as in RFC 4180, with nested values under dotted names. */
export function toCsv(output: unknown): string {
  const rows = rowsOf(output).map((row) => flatten(row));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  if (columns.length === 0) return '';
  const lines = [columns.map(toCsvCell), ...rows.map((row) => columns.map((column) => toCsvCell(row.get(column) ?? '')))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** Columns of plain values, as wide as they need and no wider than reads well. */
export function toTable(output: unknown, look: Look): string {
  const rows = rowsOf(output).map((row) => flatten(row));
  if (rows.length === 0) return 'Nothing here.\n';
  const columns = chooseColumns(rows, look.columns);
  const line = (textOf: (name: string) => string) =>
    columns
      .map(({ name, width }) => pad(shorten(textOf(name), width), width))
      .join(GAP)
      .trimEnd();
  return [
    paint(
      look,
      'bold',
      line((name) => name),
    ),
    ...rows.map((row) => line((name) => cellOf(row, name))),
    '',
  ].join('\n');
}

interface Column {
  readonly name: string;
  readonly width: number;
}

const GAP = '  ';
const FIRST = ['id', 'uid', 'slug', 'name', 'date', 'at', 'start', 'status', 'state', 'tool', 'title', 'end'];
/** These are told by their beginning; a shortened id or moment would be useless. */
const SHORTENED = ['title', 'name', 'description'];
const LEAST_SHORTENED = 12;

/** What tells rows apart comes first; what does not fit the line is left out. */
function chooseColumns(rows: readonly ReadonlyMap<string, string>[], width: number): readonly Column[] {
  const named = [...new Set(rows.flatMap((row) => [...row.keys()]))].filter((column) => !column.includes('.'));
  const filled = named.filter((column) => rows.some((row) => cellOf(row, column) !== ''));
  const all = filled.length > 0 ? filled : named;
  const ordered = [...FIRST.filter((column) => all.includes(column)), ...all.filter((column) => !FIRST.includes(column))];
  const chosen: Column[] = [];
  let left = width;
  for (const name of ordered) {
    const needed = Math.min(WIDEST_CELL, Math.max(widthOf(name), ...rows.map((row) => widthOf(cellOf(row, name)))));
    const room = SHORTENED.includes(name) && left >= LEAST_SHORTENED ? Math.min(needed, left) : needed;
    if (chosen.length > 0 && room > left) continue;
    chosen.push({ name, width: room });
    left -= room + GAP.length;
  }
  return chosen;
}

function cellOf(row: ReadonlyMap<string, string>, column: string): string {
  return clean(row.get(column) ?? '').replaceAll('\n', ' ');
}

/** The beginning that fits so many columns of a terminal. */
function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let short = '';
  for (const character of text) {
    if (widthOf(short + character) > width - 1) break;
    short += character;
  }
  return `${short}…`;
}

function flatten(row: Row, prefix = '', into = new Map<string, string>()): Map<string, string> {
  for (const [name, value] of Object.entries(row)) {
    if (isRow(value)) flatten(value, `${prefix}${name}.`, into);
    else into.set(prefix + name, Array.isArray(value) ? listText(value) : value === null || value === undefined ? '' : String(value));
  }
  return into;
}

function listText(list: readonly unknown[]): string {
  return list.every((item) => item === null || typeof item !== 'object') ? list.join('; ') : JSON.stringify(list);
}

/** Quoted where it must be. A spreadsheet would run what starts like a formula: such a text of others gets an apostrophe before it. */
function toCsvCell(text: string): string {
  const safe = /^(?:[=@\t\r]|[+-](?![\d.]+$))/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function toRow(value: unknown): Row {
  return isRow(value) ? value : { value };
}

function isRow(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
