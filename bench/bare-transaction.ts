import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { startOf } from './diary.ts';
import type { RecordedTransaction } from './recorded-transaction.ts';
import { toP99 } from './table.ts';

export interface BareResult {
  readonly rate: number;
  readonly p99: number;
}

export interface BareOptions {
  /** Of the hosts in turn. */
  readonly transactions: readonly RecordedTransaction[];
  readonly connections: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  /** The number of the next booking. */
  readonly next: () => number;
}

/**
 * How many transactions of a booking a second this many connections get through, without the service: the very statements it sends, prepared, one after the
 * other. No rule is applied and nothing is checked.
 */
export async function measureBareTransactions(url: string, options: BareOptions): Promise<BareResult> {
  const { transactions, connections, durationMs, warmUpMs, next } = options;
  const forms = transactions.map(toForm);
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const from = performance.now() + warmUpMs;
  const until = from + durationMs;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = await pool.connect();
      // The first failure is thrown below; the server that is then stopped ends the other connections, which is no news.
      client.on('error', () => {});
      for (;;) {
        const startedAt = performance.now();
        if (startedAt >= until) break;
        const index = next();
        const form = forms[index % forms.length];
        if (form === undefined) throw new Error('There are no hosts.');
        await client.query('begin');
        for (const statement of form(startOf(index))) await client.query(statement);
        await client.query('commit');
        const endedAt = performance.now();
        if (startedAt >= from && endedAt <= until) times.push(endedAt - startedAt);
      }
      client.release();
    }),
  );
  await pool.end();
  return { rate: times.length / (durationMs / 1000), p99: toP99(times) };
}

interface Prepared {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** What is another one for each booking: instants around its start, the ids of what is written, the hash of the request. */
const VARYING = /\d{4}-\d\d-\d\dT[\d:.]+Z|\b[0-9a-f]{64}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const DAY_MS = 86_400_000;

/** The statements of a transaction for another start with the same host. */
function toForm({ start: recordedStart, statements }: RecordedTransaction): (start: number) => readonly Prepared[] {
  const uid = uidIn(statements.flatMap(({ values }) => values));
  const names = new Map(statements.map(({ text }) => [text, createHash('sha256').update(text).digest('hex').slice(0, 16)]));
  return (start) => {
    const id = randomUUID();
    const hash = id.replaceAll('-', '').repeat(2);
    const isNear = (instant: number) => Math.abs(instant - recordedStart) < 10 * DAY_MS;
    const replace = (text: string) => {
      if (!text.includes('T')) return text.length === 64 ? hash : text.length === 36 ? id : text;
      const instant = Date.parse(text);
      return isNear(instant) ? new Date(instant - recordedStart + start).toISOString() : text;
    };
    const toValue = (value: unknown) =>
      typeof value === 'string' ? value.replace(VARYING, replace).replaceAll(uid, id.slice(0, 22)) : value;
    return statements.map(({ text, values }) => ({ name: names.get(text) ?? '', text, values: values.map(toValue) }));
  };
}

/** The booking's own, which its calendar entry is named after. */
function uidIn(values: readonly unknown[]): string {
  for (const value of values) {
    const uid = typeof value === 'string' ? /^([0-9A-Za-z]{22})@kalends$/.exec(value)?.[1] : undefined;
    if (uid !== undefined) return uid;
  }
  throw new Error('The transaction writes no booking.');
}
