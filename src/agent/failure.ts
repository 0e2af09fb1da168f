import { APICallError, EmptyResponseBodyError, InvalidResponseDataError, JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import { AppError } from '../errors.ts';

/** Why a model gave no answer, as a sentence for the person who waits for it. What is no failure of the model is a bug and returned as it is. */
export function toModelFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return isTimeout(signal.reason)
      ? new AppError('timeout', 'The model took too long to answer.', { hint: 'Try again, or set KALENDS_MODEL to a faster one.' })
      : new AppError('cancelled', 'Stopped.');
  }
  if (error instanceof AppError) return error;
  if (isUnreadable(error)) {
    return new AppError('upstream', "The model's service answered with something that is no model's answer.", {
      cause: error,
      hint: 'Check OPENAI_BASE_URL, which often ends in "/v1", and KALENDS_MODEL.',
    });
  }
  if (!APICallError.isInstance(error)) return error;
  const { statusCode } = error;
  if (statusCode !== undefined && statusCode < 300) {
    return new AppError('upstream', "The model's service broke off in the middle of its answer.", {
      cause: error,
      hint: 'Try again in a moment.',
    });
  }
  const said = quote(error);
  if (statusCode === undefined) {
    return new AppError('unavailable', `The model's service at "${originOf(error.url)}" cannot be reached.`, {
      cause: error,
      hint: 'Check the network and OPENAI_BASE_URL; without OPENAI_API_KEY, Kalends understands scheduling sentences by itself.',
    });
  }
  if (statusCode === 401 || statusCode === 403) {
    return new AppError('not_configured', `The model's service refused the key${said}.`, { cause: error, hint: 'Check OPENAI_API_KEY.' });
  }
  if (statusCode === 404) {
    return new AppError('not_configured', `The model's service does not know the model or the address${said}.`, {
      cause: error,
      hint: 'Check KALENDS_MODEL and OPENAI_BASE_URL.',
    });
  }
  if (statusCode === 429) {
    const retryAfterSeconds = retryAfter(error);
    return new AppError('rate_limited', `The model's service takes no more requests now${said}.`, {
      cause: error,
      hint: retryAfterSeconds === undefined ? 'Wait a little, then try again.' : `Try again in ${retryAfterSeconds} seconds.`,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
  return new AppError('upstream', `The model's service failed with status ${statusCode}${said}.`, {
    cause: error,
    hint: statusCode >= 500 ? 'Try again in a moment.' : 'Check KALENDS_MODEL; starting a new conversation may help.',
  });
}

/** A web page, JSON of another shape, or nothing at all. */
function isUnreadable(error: unknown): boolean {
  return [EmptyResponseBodyError, InvalidResponseDataError, JSONParseError, TypeValidationError].some((kind) => kind.isInstance(error));
}

/** Seconds the service asked to wait; only the form in seconds, which model services use. */
export function retryAfter(error: APICallError): number | undefined {
  const seconds = Number(error.responseHeaders?.['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined;
}

/** The service's own words, short and on one line. */
function quote({ message }: APICallError): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line === '' ? '' : `: "${line.length > 160 ? `${line.slice(0, 160)}…` : line}"`;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
