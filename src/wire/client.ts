import { ExponentialBackoff, handleWhen, type IBackoff, type IRetryBackoffContext, retry } from 'cockatiel';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { CapturedWrite } from './capture.ts';
import { type Endpoint, type EndpointInput, toRequestPath } from './endpoint.ts';
import { CallFailure, toAnswerFailure, toNetworkFailure } from './failure.ts';
import { createPace, type Pace, type RateLimit, sleep } from './pace.ts';
import { readSpentBudgetMs, readWaitMs } from './rate-headers.ts';

export type Fetch = (request: Request) => Response | Promise<Response>;

export interface ClientOptions {
  /** What stands before the paths of the endpoints: the origin of Cal.com, for Whereby with `/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** The embedded service is one; the network's when absent. */
  readonly fetch?: Fetch;
  /** None when absent: the embedded service needs none. */
  readonly rateLimit?: RateLimit;
  /** Shared by all clients of one account, instead of one of its own. */
  readonly pace?: Pace;
  /** Takes the account's secrets out of a text: what an error says may have been echoed from our own headers. */
  readonly conceal?: (text: string) => string;
  /** Of one attempt. */
  readonly timeoutMs?: number;
  readonly retries?: Partial<RetryOptions>;
  /** An error keeps the text that was answered, as `details.upstreamBody`. */
  readonly keepsErrorBody?: boolean;
}

export interface RetryOptions {
  readonly maximum: number;
  readonly firstDelayMs: number;
  readonly maximumDelayMs: number;
  /** A named waiting time beyond this is not waited for but reported. */
  readonly maximumRetryAfterMs: number;
  /** Pauses before each look-up of a write whose answer was lost while it may still be running over there. */
  readonly settleMs: readonly number[];
}

/** What a look-up says of a write whose answer was lost. */
export type Reconciled<Answer> =
  | { readonly found: Answer }
  /** It did not happen. `isSafe`: sending it again cannot make it happen twice, even if the first one is still under way. */
  | { readonly absent: true; readonly isSafe: boolean }
  | { readonly unknown: true };

export interface CallOptions<Answer> {
  readonly signal?: AbortSignal | undefined;
  /** Looks up whether a write happened. Without it an unclear write ends as `outcome_unknown`. */
  readonly reconcile?: (signal: AbortSignal) => Promise<Reconciled<Answer>>;
}

export interface Client {
  readonly baseUrl: string;
  /** Sends the request and answers with the parsed body. Throws an `AppError`. */
  call<E extends Endpoint>(
    endpoint: E,
    input: EndpointInput<E>,
    options?: CallOptions<z.output<E['response']>>,
  ): Promise<z.output<E['response']>>;
}

const RETRIES: RetryOptions = {
  maximum: 3,
  firstDelayMs: 300,
  maximumDelayMs: 10_000,
  maximumRetryAfterMs: 65_000,
  settleMs: [250, 1500, 4000],
};

/** Calls endpoints: paced, timed, reads retried, writes never sent twice on a guess. */
export function createClient(options: ClientOptions): Client {
  const {
    baseUrl,
    apiKey,
    fetch = globalThis.fetch,
    rateLimit,
    timeoutMs = 20_000,
    keepsErrorBody = false,
    conceal = (text) => text,
  } = options;
  const retries: RetryOptions = { ...RETRIES, ...options.retries };
  const origin = baseUrl.replace(/\/+$/, '');
  const host = new URL(origin).host;
  const pace = options.pace ?? createPace(rateLimit);

  async function attempt<E extends Endpoint>(endpoint: E, request: PreparedRequest, signal: AbortSignal): Promise<z.output<E['response']>> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, timeout]);
    let response: Response;
    let text: string;
    try {
      const init = { method: endpoint.method, headers: request.headers, signal: either };
      const sent = fetch(new Request(origin + request.path, request.body === undefined ? init : { ...init, body: request.body }));
      response = await untilAborted(Promise.resolve(sent), either);
      const answered = await untilAborted(response.text(), either);
      text = response.ok ? answered : conceal(answered);
    } catch (cause) {
      if (cause instanceof CapturedWrite) throw cause;
      // The guard of addresses refused it before anything was sent.
      if (cause instanceof AppError) throw new CallFailure('unsent', cause, { isSettled: true });
      if (timeout.aborted && !signal.aborted) {
        const error = new AppError('timeout', `${host} did not answer within ${timeoutMs / 1000} seconds.`, { cause });
        throw new CallFailure('unclear', error, { isPassing: true });
      }
      if (signal.aborted) throw new CallFailure('unclear', toCancelled(signal));
      throw toNetworkFailure(cause, host);
    }
    const body = parseJson(text);
    const holdMs = response.ok ? readSpentBudgetMs(response.headers, Date.now()) : readWaitMs(response, body, Date.now());
    if (holdMs !== undefined && holdMs <= retries.maximumRetryAfterMs) pace.holdFor(holdMs);
    if (!response.ok) {
      const retryAfterSeconds = holdMs === undefined ? undefined : Math.ceil(holdMs / 1000);
      throw toAnswerFailure({ status: response.status, body, text, host, retryAfterSeconds, keepsErrorBody });
    }
    if (body === undefined && text.trim() !== '') throw toUnreadable(host, endpoint, 'no JSON');
    const parsed = endpoint.response.safeParse(body);
    if (!parsed.success) throw toUnreadable(host, endpoint, body === undefined ? 'no JSON' : parsed.error.issues[0]);
    // `response` is the schema of exactly this endpoint, so its output is the declared one.
    return parsed.data as z.output<E['response']>;
  }

  /** Sends it again as long as the failure says that this is safe. */
  function attemptRepeatedly<E extends Endpoint>(
    endpoint: E,
    request: PreparedRequest,
    signal: AbortSignal,
  ): Promise<z.output<E['response']>> {
    let waitedMs = 0;
    /** All waits that the other side names together are no longer than the longest single one that is borne. */
    const isBearable = (error: unknown) => {
      waitedMs += error instanceof CallFailure ? (error.error.retryAfterSeconds ?? 0) * 1000 : 0;
      return waitedMs <= retries.maximumRetryAfterMs;
    };
    const policy = retry(
      handleWhen((error) => mayRepeat(error, endpoint, retries) && isBearable(error) && !signal.aborted),
      { maxAttempts: retries.maximum, backoff: { next: (context) => backoffAfter(context, retries) } },
    );
    return policy.execute(() => pace.run(() => attempt(endpoint, request, signal), signal), signal);
  }

  async function write<E extends Endpoint>(
    endpoint: E,
    request: PreparedRequest,
    { signal, reconcile }: { readonly signal: AbortSignal; readonly reconcile: CallOptions<z.output<E['response']>>['reconcile'] },
  ): Promise<z.output<E['response']>> {
    let doubt: CallFailure | undefined;
    for (let round = 0; ; round++) {
      try {
        return await attemptRepeatedly(endpoint, request, signal);
      } catch (failure) {
        if (!(failure instanceof CallFailure)) throw failure;
        // After one unclear attempt a later refusal ("already booked") may be the echo of our own success.
        if (failure.kind !== 'unclear' && doubt === undefined) throw failure;
        if (failure.kind === 'unclear') doubt = failure;
        if (signal.aborted || reconcile === undefined) throw toUnknownOutcome(endpoint, doubt ?? failure);
        const state = await lookUp(reconcile, failure, signal);
        if ('found' in state) return state.found;
        if (failure.kind === 'refused') throw failure;
        const maySendAgain = 'absent' in state && (state.isSafe || failure.isSettled);
        if (!maySendAgain || round >= 1) throw toUnknownOutcome(endpoint, doubt ?? failure);
      }
    }
  }

  async function lookUp<Answer>(
    reconcile: (signal: AbortSignal) => Promise<Reconciled<Answer>>,
    failure: CallFailure,
    signal: AbortSignal,
  ): Promise<Reconciled<Answer>> {
    let state: Reconciled<Answer> = { unknown: true };
    for (const pauseMs of failure.isSettled ? [0] : retries.settleMs) {
      try {
        await sleep(pauseMs, signal);
        state = await reconcile(signal);
      } catch (error) {
        if (!(error instanceof AppError) && !signal.aborted) throw error;
        state = { unknown: true };
      }
      if ('found' in state) return state;
    }
    return state;
  }

  return {
    baseUrl: origin,
    async call(endpoint, input, { signal = new AbortController().signal, reconcile } = {}) {
      const request = prepare(endpoint, input, apiKey);
      try {
        if (signal.aborted) throw toCancelled(signal);
        return await (endpoint.isRepeatable
          ? attemptRepeatedly(endpoint, request, signal)
          : write(endpoint, request, { signal, reconcile }));
      } catch (error) {
        if (error instanceof CallFailure) throw error.error;
        if (signal.aborted && !(error instanceof AppError)) throw toCancelled(signal);
        throw error;
      }
    },
  };
}

interface PreparedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormData | undefined;
}

function prepare(endpoint: Endpoint, input: unknown, apiKey: string | undefined): PreparedRequest {
  // EndpointInput<E> of any endpoint is made of these parts only.
  const { params, query, body } = input as {
    readonly params?: Record<string, string | number>;
    readonly query?: Record<string, unknown>;
    readonly body?: unknown;
  };
  const version = endpoint.versions[0];
  const isForm = body instanceof FormData;
  // Most deletions have none.
  const hasBody = endpoint.method !== 'GET' && (endpoint.method !== 'DELETE' || body !== undefined);
  return {
    path: toRequestPath(endpoint.path, params, query),
    headers: {
      accept: 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(version === undefined ? {} : { 'cal-api-version': version }),
      // A form brings its own, with the boundary of its parts.
      ...(endpoint.method === 'GET' || isForm ? {} : { 'content-type': 'application/json' }),
    },
    body: hasBody ? (isForm ? body : JSON.stringify(body ?? {})) : undefined,
  };
}

function mayRepeat(error: unknown, endpoint: Endpoint, retries: RetryOptions): boolean {
  if (!(error instanceof CallFailure) || !error.isPassing) return false;
  if ((error.error.retryAfterSeconds ?? 0) * 1000 > retries.maximumRetryAfterMs) return false;
  return endpoint.isRepeatable || error.kind !== 'unclear';
}

/** Jittered and growing, and never before the time the other side named. */
function backoffAfter(context: IRetryBackoffContext<unknown>, retries: RetryOptions): IBackoff<IRetryBackoffContext<unknown>> {
  const growing = new ExponentialBackoff({ initialDelay: retries.firstDelayMs, maxDelay: retries.maximumDelayMs });
  return withNamedDelay(growing.next(), context);
}

function withNamedDelay(backoff: IBackoff<unknown>, { result }: IRetryBackoffContext<unknown>): IBackoff<IRetryBackoffContext<unknown>> {
  const named = 'error' in result && result.error instanceof CallFailure ? result.error.error.retryAfterSeconds : undefined;
  return {
    duration: Math.max(backoff.duration, (named ?? 0) * 1000),
    next: (context) => withNamedDelay(backoff.next(context), context),
  };
}

function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  // An in-process fetch knows nothing of signals; the race makes timeouts hold for it too.
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toCancelled(signal: AbortSignal): AppError {
  return new AppError('cancelled', 'The call was cancelled.', { cause: signal.reason });
}

function toUnreadable(host: string, endpoint: Endpoint, issue: z.core.$ZodIssue | 'no JSON' | undefined): CallFailure {
  const what = issue === 'no JSON' || issue === undefined ? 'text that is no JSON' : `"${issue.path.join('.')}": ${issue.message}`;
  const error = new AppError('upstream', `${host} answered ${endpoint.method} ${endpoint.path} with something unexpected (${what}).`, {
    hint: 'Try again; if it stays so, the address may be that of something else, or the API has changed.',
  });
  return new CallFailure('unclear', error, { isPassing: issue === 'no JSON' });
}

function toUnknownOutcome(endpoint: Endpoint, failure: CallFailure): AppError {
  return new AppError(
    'outcome_unknown',
    `It is not known whether ${endpoint.method} ${endpoint.path} was carried out: ${failure.error.message}`,
    {
      cause: failure.error,
      hint: 'Look at the current state (list or get it) before you try again.',
      ...(failure.error.details === undefined ? {} : { details: failure.error.details }),
    },
  );
}
