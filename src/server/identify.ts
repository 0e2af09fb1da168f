import { createHash } from 'node:crypto';
import type { Context, Next } from 'hono';
import { authenticate, type Caller } from './authenticate.ts';
import { clientAddress, type TrustedProxies } from './client-address.ts';
import { HttpFailure } from './http-failure.ts';
import type { RateLimiter, RateVerdict } from './rate-limit.ts';
import type { Service, ServiceEnvironment } from './serve.ts';

/** Who a request comes from, found out once. */
export interface Identity {
  readonly caller: Caller | undefined;
  /** Why its credential was not taken. */
  readonly refusal: HttpFailure | undefined;
  /** The same text for the same key, the same user of this process, or the same address of callers without a key; says nothing more. */
  readonly credential: string;
}

export interface Doorkeeping {
  readonly limiter: RateLimiter | undefined;
  readonly trustedProxies: TrustedProxies;
}

/** Finds out who asks and counts the request. What this process asks of itself is not counted. */
export function identify(service: Service, { limiter, trustedProxies }: Doorkeeping) {
  return async (context: Context<ServiceEnvironment>, next: Next): Promise<void> => {
    const request = context.req.raw;
    // A fetch without an environment leaves it undefined, whatever the type says.
    const env: ServiceEnvironment['Bindings'] | undefined = context.env;
    if (env?.identity !== undefined) {
      context.set('identity', env.identity);
      return await next();
    }
    const { caller, refusal } = await readCaller(service, request, env?.userId);
    const key = refusal === undefined ? request.headers.get('authorization') : null;
    const isOwn = key === null && caller !== undefined;
    // A wrong key counts for the address: otherwise each guess would have a limit of its own.
    const credential = isOwn
      ? `user:${caller.id}`
      : key === null
        ? `address:${clientAddress(request, env?.remoteAddress, trustedProxies)}`
        : `key:${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
    context.set('identity', { caller, refusal, credential });
    if (limiter !== undefined && !isOwn) await count(context, limiter, credential);
    await next();
  };
}

async function readCaller({ store }: Service, request: Request, userId: number | undefined): Promise<Pick<Identity, 'caller' | 'refusal'>> {
  try {
    return { caller: await authenticate(store, request, userId), refusal: undefined };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return { caller: undefined, refusal: error };
  }
}

async function count(context: Context<ServiceEnvironment>, limiter: RateLimiter, credential: string): Promise<void> {
  const verdict = await limiter.count(credential, 'request');
  const isInvitation = context.req.method === 'POST' && INVITATION.test(context.req.path);
  const decisive = verdict.isAllowed && isInvitation ? await limiter.count(credential, 'invitation') : verdict;
  context.header('X-RateLimit-Limit-Default', String(decisive.limit));
  context.header('X-RateLimit-Remaining-Default', String(decisive.remaining));
  context.header('X-RateLimit-Reset-Default', String(decisive.resetSeconds));
  if (!decisive.isAllowed) throw tooMany(context, decisive);
}

const INVITATION = /^\/v2\/bookings\/[^/]+\/(?:guests|attendees)\/?$/;

function tooMany(context: Context<ServiceEnvironment>, { limit, resetSeconds }: RateVerdict): HttpFailure {
  context.header('Retry-After', String(resetSeconds));
  return new HttpFailure(429, 'CustomThrottlerGuard - Too many requests. Please try again later.', {
    plainMessage: `Too many requests: ${limit} a minute are allowed. Try again in ${resetSeconds} seconds.`,
    details: { retryAfterSeconds: resetSeconds },
  });
}
