import { AppError, toErrorEnvelope } from '../errors.ts';
import { clean } from './layout.ts';
import type { Terminal } from './terminal.ts';

/** Tells an error on standard error, as a sentence or as JSON, and answers the exit code for it. */
export function tellFailure(error: unknown, terminal: Terminal): number {
  const envelope = toErrorEnvelope(error);
  if (terminal.isJson) {
    terminal.say(JSON.stringify({ success: false, error: envelope }, null, 2));
  } else {
    terminal.say(clean(envelope.message));
    if (envelope.hint !== undefined) terminal.say(clean(envelope.hint));
  }
  if (!(error instanceof AppError) && process.env.KALENDS_DEBUG) console.error(error);
  return error instanceof AppError ? error.exitCode : 1;
}
