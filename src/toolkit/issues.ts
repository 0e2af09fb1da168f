import type { z } from 'zod';

const LONGEST_VALUE = 60;

/** What a schema refused, as clauses that name place and value: `"attendee.email" ("ada@") is not an e-mail address; "start" is missing`. */
export function describeIssues({ issues }: z.ZodError, input: unknown): string {
  return issues.map((issue) => describe(issue, input)).join('; ');
}

function describe({ path, message, code }: z.core.$ZodIssue, input: unknown): string {
  if (path.length === 0) return message;
  const place = `"${path.join('.')}"`;
  const value = valueAt(input, path);
  if (value === undefined && code === 'invalid_type') return `${place} is missing`;
  const subject = typeof value === 'string' || typeof value === 'number' ? `${place} (${quote(value)})` : place;
  // Sentences of our own schemas go on from the place: "is not an e-mail address". Those of the library stand alone.
  return /^[a-z]/.test(message) ? `${subject} ${message}` : `${subject}: ${message}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined), input);
}

function quote(value: string | number): string {
  const text = String(value);
  return `"${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}"`;
}
