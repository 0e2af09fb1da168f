import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import { createRedactor } from '../toolkit/redact.ts';
import { textWidth } from './flow.ts';
import { clean, wrap } from './layout.ts';
import type { Terminal } from './terminal.ts';

/** Tells an error on standard error, as a sentence or as JSON, and answers the exit code for it. `toOwnNames` writes a hint's tools as commands. */
export function tellFailure(error: unknown, terminal: Terminal, toOwnNames: (hint: string) => string = (hint) => hint): number {
  const envelope = toTellable(error, toOwnNames);
  if (terminal.isJson) {
    sayReport(toFailureReport(envelope), terminal);
  } else {
    for (const text of [envelope.message, envelope.hint]) if (text !== undefined) terminal.say(toLines(clean(text), terminal));
  }
  // A bug: whoever runs the owner needs to see where; others when they ask.
  if (!(error instanceof AppError) && (process.env.KALENDS_DEBUG || process.argv.includes('up'))) console.error(error);
  return error instanceof AppError ? error.exitCode : 1;
}

/** An error as it may leave the process. */
export function toTellable(error: unknown, toOwnNames: (hint: string) => string = (hint) => hint): ErrorEnvelope {
  // A complaint about the command line repeats what stood there, which may be a key in the wrong place.
  const known = createRedactor(keysOf(process.env)).redact(toErrorEnvelope(error));
  const hint = error instanceof AppError ? known.hint : 'Run it again with KALENDS_DEBUG=1 to see where, and please report it.';
  return hint === undefined ? known : { ...known, hint: toOwnNames(hint) };
}

function keysOf(environment: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => (/^(CALCOM|WHEREBY|OPENAI)_API_KEY/.test(name) && value ? [value] : []));
}

/** The envelope as one line: whatever else was said before, it is the last line of standard error. */
export function sayReport(report: FailureReport, terminal: Pick<Terminal, 'say'>): void {
  terminal.say(JSON.stringify(report));
}

/** The one form in which a failure leaves the command line. */
export interface FailureReport {
  readonly success: false;
  readonly error: ErrorEnvelope & {
    /** The HTTP status of the other side, where it was one that refused. */
    readonly status?: number;
    /** What was probably meant, best first. */
    readonly suggestions?: readonly string[];
  };
}

export function toFailureReport({ details = {}, ...envelope }: ErrorEnvelope): FailureReport {
  const { upstreamStatus: status, suggestions, ...more } = details;
  return {
    success: false,
    error: {
      ...envelope,
      ...(typeof status === 'number' ? { status } : {}),
      ...(Array.isArray(suggestions) && suggestions.length > 0 ? { suggestions: suggestions.map(String) } : {}),
      ...(Object.keys(more).length === 0 ? {} : { details: more }),
    },
  };
}

/** Broken between words, but for commands: those are there to be copied. */
function toLines(text: string, { look }: Terminal): string {
  return look.isFramed && !text.includes('kalends ') ? wrap(text, textWidth(look)).join('\n') : text;
}
