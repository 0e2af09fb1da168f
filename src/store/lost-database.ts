import { AppError } from '../errors.ts';

/** The classes of PostgreSQL's own codes for a connection that is gone, and the network's. */
const LOST = /^(?:08\w{3}|57P0[1-3]|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
/** What the driver says without a code. */
const LOST_WORDS = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** The error as it is, or, where the database itself is gone, one that says so to whoever waits for an answer. */
export function toUnavailable(error: unknown): unknown {
  if (error instanceof AppError || !isLost(error)) return error;
  return new AppError('unavailable', `The database does not answer: ${lostReason(error)}.`, {
    cause: error,
    hint: 'Start PostgreSQL again, or wait until it is back: Kalends goes on as soon as it answers. What was being written may or may not be there.',
    retryAfterSeconds: 5,
  });
}

function isLost(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isLost);
  if (!(error instanceof Error)) return false;
  return ('code' in error && LOST.test(String(error.code))) || LOST_WORDS.test(error.message);
}

/** Several addresses of one name fail together in an AggregateError that has no message of its own. */
export function lostReason(error: unknown): string {
  const known = error instanceof AppError && error.cause !== undefined ? error.cause : error;
  const first = known instanceof AggregateError ? known.errors[0] : known;
  return first instanceof Error ? first.message : String(first);
}
