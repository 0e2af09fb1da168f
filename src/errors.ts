/** What each error code means to a caller: HTTP status, process exit code, and whether the same call may succeed later. */
const KINDS = {
  invalid_input: { status: 400, exitCode: 2, retryable: false },
  unauthenticated: { status: 401, exitCode: 4, retryable: false },
  not_configured: { status: 400, exitCode: 4, retryable: false },
  forbidden: { status: 403, exitCode: 5, retryable: false },
  denied: { status: 403, exitCode: 5, retryable: false },
  not_found: { status: 404, exitCode: 1, retryable: false },
  conflict: { status: 409, exitCode: 1, retryable: false },
  stale_approval: { status: 409, exitCode: 1, retryable: false },
  approval_pending: { status: 409, exitCode: 3, retryable: false },
  already_running: { status: 409, exitCode: 1, retryable: false },
  rate_limited: { status: 429, exitCode: 7, retryable: true },
  cancelled: { status: 499, exitCode: 1, retryable: true },
  unsupported: { status: 501, exitCode: 1, retryable: false },
  upstream: { status: 502, exitCode: 6, retryable: true },
  /** A write whose answer was lost and that could not be looked up: it may or may not have happened. */
  outcome_unknown: { status: 502, exitCode: 6, retryable: false },
  unavailable: { status: 503, exitCode: 6, retryable: true },
  timeout: { status: 504, exitCode: 6, retryable: true },
  internal: { status: 500, exitCode: 1, retryable: false },
} as const;

export type ErrorCode = keyof typeof KINDS;

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** What the reader can do next, one sentence. */
  readonly hint?: string;
  /** Machine-readable facts: a reason, alternatives, the upstream status and body. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds to wait, when the other side named a time. */
  readonly retryAfterSeconds?: number;
}

/** The one error that travels: a closed code, a sentence for a person, and what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return KINDS[this.code].status;
  }

  get exitCode(): number {
    return KINDS[this.code].exitCode;
  }

  get retryable(): boolean {
    return KINDS[this.code].retryable;
  }
}

/** The error as it leaves the process on any surface; has no stack and no cause. */
export interface ErrorEnvelope {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly retryable: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function toErrorEnvelope(error: unknown): ErrorEnvelope {
  const known = error instanceof AppError ? error : new AppError('internal', 'Something went wrong inside Kalends.', { cause: error });
  return {
    code: known.code,
    message: known.message,
    ...(known.hint === undefined ? {} : { hint: known.hint }),
    retryable: known.retryable,
    ...(known.details === undefined ? {} : { details: known.details }),
  };
}

/** The `AppError` for an envelope that came from another process. */
export function toAppError(envelope: ErrorEnvelope): AppError {
  const code: ErrorCode = envelope.code in KINDS ? envelope.code : 'internal';
  return new AppError(code, envelope.message, {
    ...(envelope.hint === undefined ? {} : { hint: envelope.hint }),
    ...(envelope.details === undefined ? {} : { details: envelope.details }),
  });
}
