import { isForgotten } from './prepared-statements.ts';

/** True when the exclusion constraint refused the row: one of its hosts already has an accepted booking in that time. */
export function isOverlap(error: unknown): boolean {
  return sqlState(error) === '23P01';
}

/** True when a unique constraint refused the row; `constraint` narrows it to one, such as `event_types_slug`. */
export function isDuplicate(error: unknown, constraint?: string): boolean {
  return sqlState(error) === '23505' && (constraint === undefined || (hasStrings(error) && error.constraint === constraint));
}

/** True when the database gave a transaction up for the sake of another, or for a statement that was no longer prepared: running it again may work. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01' || isForgotten(error);
}

function sqlState(error: unknown): string | undefined {
  return hasStrings(error) ? error.code : undefined;
}

function hasStrings(error: unknown): error is Error & { readonly code?: string; readonly constraint?: string } {
  return error instanceof Error;
}
