import { type RawBuilder, sql } from 'kysely';

/** An instant (epoch milliseconds) as a `timestamptz` parameter. */
export function timestamp(ms: number): RawBuilder<number> {
  return sql<number>`${toTimestampText(ms)}::timestamptz`;
}

/** The same where the statement says the type. */
export function toTimestampText(ms: number): string {
  return new Date(ms).toISOString();
}

export function nullableTimestamp(ms: number | null): RawBuilder<number> | null {
  return ms === null ? null : timestamp(ms);
}

/** A value as a `jsonb` parameter; a JSON null, too, is kept as JSON. */
export function json<Value>(value: Value): RawBuilder<Value> {
  return sql<Value>`${toJsonText(value)}::jsonb`;
}

const UNSTORABLE = /\\u0000|\\ud[89a-f][0-9a-f]{2}/i;

/** PostgreSQL refuses NUL and lone surrogates inside `jsonb`, and text of strangers may contain both: they become U+FFFD. */
export function toJsonText(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return UNSTORABLE.test(text) ? JSON.stringify(cleaned(JSON.parse(text))) : text;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') {
    return toStorableText(value);
  }
  if (Array.isArray(value)) {
    return value.map(cleaned);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [toStorableText(key), cleaned(member)]));
  }
  return value;
}

export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}
