import { AppError, type ErrorCode } from '../errors.ts';

/**
 * Why a call did not end well, seen from the safety of sending it again: `unsent` never reached the other side, `refused` was answered without
 * being carried out, `unclear` may have been carried out.
 */
export class CallFailure extends Error {
  readonly kind: 'unsent' | 'refused' | 'unclear';
  readonly error: AppError;
  /** The other side finished with it: nothing of this attempt is still running there. */
  readonly isSettled: boolean;
  /** A later attempt may end better. */
  readonly isPassing: boolean;

  constructor(kind: CallFailure['kind'], error: AppError, { isSettled = false, isPassing = false } = {}) {
    super(error.message, { cause: error });
    this.name = 'CallFailure';
    this.kind = kind;
    this.error = error;
    this.isSettled = isSettled;
    this.isPassing = isPassing;
  }
}

const UNSENT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** A request that got no answer: the cause tells whether it can have been carried out. */
export function toNetworkFailure(cause: unknown, host: string): CallFailure {
  const { code, isConnecting } = describeCause(cause);
  if (isConnecting || UNSENT_CODES.has(code)) {
    return new CallFailure(
      'unsent',
      new AppError('unavailable', `Could not connect to ${host} (${code}).`, {
        cause,
        hint: isCertificate(code)
          ? 'Its certificate is not one that is trusted here. If the server is your own, name its authority in NODE_EXTRA_CA_CERTS and restart Kalends.'
          : 'Check the address and the network, then try again.',
        details: { networkCode: code },
      }),
      { isSettled: true, isPassing: !isCertificate(code) },
    );
  }
  return new CallFailure(
    'unclear',
    new AppError('unavailable', `The connection to ${host} broke before its answer arrived (${code}).`, {
      cause,
      details: { networkCode: code },
    }),
    { isPassing: true },
  );
}

function isCertificate(code: string): boolean {
  return /CERT|VERIFY_LEAF/.test(code);
}

function describeCause(error: unknown): { readonly code: string; readonly isConnecting: boolean } {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') {
      return { code: cause.code, isConnecting: 'syscall' in cause && cause.syscall === 'connect' };
    }
  }
  return { code: error instanceof Error ? error.name : 'unknown', isConnecting: false };
}

const CODES_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  408: 'timeout',
  409: 'conflict',
  410: 'not_found',
  429: 'rate_limited',
  501: 'unsupported',
  503: 'unavailable',
  504: 'timeout',
};

/** The API answers 400 to a taken time; callers want to tell it from a malformed request. */
const CONFLICT_TEXT = /already has booking|not available|already booked|already reserved|no more seats|maximum number of active bookings/i;

/** Of an answer's own text; an error goes into the journal. */
const KEPT_CHARACTERS = 4000;

/** An answer that is no success, whatever shape its error has. */
export function toAnswerFailure(answer: {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly host: string;
  readonly retryAfterSeconds: number | undefined;
  readonly keepsErrorBody?: boolean;
}): CallFailure {
  const { status, body, text, host, retryAfterSeconds, keepsErrorBody = false } = answer;
  const read = readErrorBody(body);
  const upstreamMessage = read.message ?? (text.trim().startsWith('<') ? '' : text.trim().slice(0, 300));
  // A typed reason says that the request was read and the time refused; a start in the past is the caller's own slip.
  const isRefusedTime = typeof read.reason === 'string' && read.reason !== 'past' && (status === 400 || status === 403);
  const isConflict = isRefusedTime || (status === 400 && CONFLICT_TEXT.test(upstreamMessage));
  const code: ErrorCode = isConflict ? 'conflict' : (CODES_BY_STATUS[status] ?? (status >= 500 ? 'upstream' : 'invalid_input'));
  const message = upstreamMessage === '' ? `${host} answered with HTTP status ${status} and no explanation.` : upstreamMessage;
  const error = new AppError(code, message, {
    details: {
      ...(read.details === undefined ? {} : { upstreamDetails: read.details }),
      ...(read.reason === undefined ? {} : { reason: read.reason }),
      ...(read.code === undefined ? {} : { upstreamCode: read.code }),
      upstreamStatus: status,
      upstreamMessage: message,
      ...(keepsErrorBody ? { upstreamBody: text.slice(0, KEPT_CHARACTERS) } : {}),
    },
    ...(read.hint === undefined ? {} : { hint: read.hint }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
  if (status === 429) return new CallFailure('refused', error, { isSettled: true, isPassing: true });
  if (status === 501 || status < 500) return new CallFailure('refused', error, { isSettled: true, isPassing: status === 408 });
  // A 500 in the API's own envelope was written by the handler when it had ended; a gateway's 502-504 says nothing of the kind.
  return new CallFailure('unclear', error, { isSettled: status === 500 && read.message !== undefined, isPassing: true });
}

interface ErrorBody {
  readonly message: string | undefined;
  readonly code: string | undefined;
  readonly details: unknown;
  readonly reason: unknown;
  readonly hint: string | undefined;
}

/** Understands `{status,error:{code,message,details},message}`, bare `{statusCode,message}`, a string `error`, TRPC's and a plain string. */
export function readErrorBody(body: unknown): ErrorBody {
  if (typeof body === 'string') return { message: textOf(body), code: undefined, details: undefined, reason: undefined, hint: undefined };
  const outer = asObject(body);
  const inner = asObject(outer?.error);
  const details = inner?.details ?? outer?.details;
  const fields = asObject(details);
  const hint = textOf(fields?.hint);
  const message =
    textOf(outer?.message) ??
    constraintTexts(fields?.errors) ??
    textOf(inner?.message) ??
    textOf(fields?.message) ??
    textOf(details) ??
    textOf(outer?.error) ??
    textOf(inner?.code);
  return {
    message: message === undefined || hint === undefined ? message : withoutHint(message, hint),
    code: textOf(inner?.code) ?? textOf(outer?.code),
    details,
    reason: fields?.reason,
    hint: hint === message ? undefined : hint,
  };
}

/** Our own service ends the message with the hint, for clients that show nothing else. */
function withoutHint(message: string, hint: string): string {
  return message.endsWith(` ${hint}`) ? message.slice(0, -hint.length - 1) : message;
}

/** The texts of `errors[].constraints`, nested through `children`: the envelope's own message says only "Bad Request Exception". */
function constraintTexts(errors: unknown): string | undefined {
  if (!Array.isArray(errors)) return undefined;
  const texts = errors.flatMap((entry: unknown): string[] => {
    const node = asObject(entry);
    const own = Object.values(asObject(node?.constraints) ?? {}).filter((value) => typeof value === 'string');
    const nested = constraintTexts(node?.children);
    return nested === undefined ? own : [...own, nested];
  });
  return texts.length === 0 ? undefined : texts.join('; ');
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  // An object that is no array has string keys; what they hold stays unknown.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string')) return value.join('; ');
  return undefined;
}
