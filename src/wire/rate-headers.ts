import { parseRetryAfter } from './pace.ts';

/** How long an answer asks to wait: `Retry-After`, or when the limit starts anew, which each API names in its own way. */
export function readWaitMs({ status, headers }: Response, body: unknown, now: number): number | undefined {
  const named = parseRetryAfter(headers.get('retry-after'), now);
  if (named !== undefined || status !== 429) return named;
  return parseRetryAfter(headers.get('x-ratelimit-reset-default'), now) ?? readMsLeft(body) ?? readResetMs(headers, now);
}

/** How long nothing is left of a budget that is counted in points: the cost of a call is the other side's secret, an empty budget is not. */
export function readSpentBudgetMs(headers: Headers, now: number): number | undefined {
  const remaining = headers.get('x-ratelimit-remaining');
  return remaining !== null && remaining.trim() !== '' && Number(remaining) <= 0 ? readResetMs(headers, now) : undefined;
}

/** A date, seconds or milliseconds since 1970, or seconds from now: its form is documented nowhere. */
function readResetMs(headers: Headers, now: number): number | undefined {
  const text = headers.get('x-ratelimit-reset');
  const number = Number(text);
  if (text === null || !(number > 1e9)) return parseRetryAfter(text, now);
  return Math.max(0, (number > 1e12 ? number : number * 1000) - now);
}

/** `{"error": "Rate limit active …", "data": {"msLeft": 38689}}` */
function readMsLeft(body: unknown): number | undefined {
  const data = memberOf(body, 'data');
  const value = memberOf(data, 'msLeft') ?? memberOf(data, 'ms_left');
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  // Whatever has members can be read by key; a missing one is undefined.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
