import type { ErrorCode, ErrorEnvelope } from '../../../errors.ts';

/** What went wrong with a request, in words for a person. `unreachable`: no answer came at all. */
export class RequestFailure extends Error {
  readonly code: ErrorCode | 'unreachable';
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode | 'unreachable', message: string, options: { readonly hint?: string; readonly retryable?: boolean } = {}) {
    super(message);
    this.name = 'RequestFailure';
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }
}

export function toRequestFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  return new RequestFailure('unreachable', 'The answer broke off before it was complete.', {
    hint: 'Check that Kalends is still running, then try again.',
    retryable: true,
  });
}

/** The failure that a response with an error status describes. */
export async function readFailure(response: Response): Promise<RequestFailure> {
  const body: unknown = await response.json().catch(() => undefined);
  const envelope = findEnvelope(body);
  if (response.status === 401) return new RequestFailure('unauthenticated', envelope?.message ?? 'You are signed out.');
  if (envelope === undefined) {
    return new RequestFailure('internal', `Kalends answered with status ${response.status}.`, { retryable: response.status >= 500 });
  }
  return new RequestFailure(envelope.code, envelope.message, {
    retryable: envelope.retryable,
    ...(envelope.hint === undefined ? {} : { hint: envelope.hint }),
  });
}

/** The envelope stands alone or under `error`. */
function findEnvelope(body: unknown): ErrorEnvelope | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  if ('error' in body && typeof body.error === 'object') return findEnvelope(body.error);
  // Our own server wrote it: with a code and a message it is the envelope.
  return 'code' in body && 'message' in body ? (body as ErrorEnvelope) : undefined;
}
