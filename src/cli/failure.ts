import { AppError, toErrorEnvelope } from '../errors.ts';
import { clean } from './layout.ts';
import type { Terminal } from './terminal.ts';

/** Tells an error on standard error, as a sentence or as JSON, and answers the exit code for it. */
export function tellFailure(error: unknown, terminal: Terminal): number {
  const known = toErrorEnvelope(error);
  const envelope =
    error instanceof AppError ? known : { ...known, hint: 'Run it again with KALENDS_DEBUG=1 to see where, and please report it.' };
  if (terminal.isJson) {
    terminal.say(JSON.stringify({ success: false, error: envelope }, null, 2));
  } else {
    terminal.say(clean(envelope.message));
    if (envelope.hint !== undefined) terminal.say(clean(envelope.hint));
  }
  // A bug: whoever runs the owner needs to see where; others when they ask.
  if (!(error instanceof AppError) && (process.env.KALENDS_DEBUG || process.argv.includes('up'))) console.error(error);
  return error instanceof AppError ? error.exitCode : 1;
}
