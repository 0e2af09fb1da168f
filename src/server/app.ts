import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { AppError } from '../errors.ts';
import { createOutgoing, type Outgoing } from '../outgoing/index.ts';
import { serveApiKeys } from './api-keys.ts';
import { serveAttendees } from './attendees.ts';
import { serveBookingParts } from './booking-parts.ts';
import { serveBookings } from './bookings.ts';
import { serveCalendars } from './calendars.ts';
import type { TrustedProxies } from './client-address.ts';
import { serveConferencing } from './conferencing.ts';
import { serveCredits } from './credits.ts';
import { serveEventTypeInsights } from './event-type-insights.ts';
import { serveEventTypes } from './event-types.ts';
import { HttpFailure, toErrorBody } from './http-failure.ts';
import { identify } from './identify.ts';
import { type KeyedWrite, toKeyedWrite } from './keyed-write.ts';
import { serveMe } from './me.ts';
import { serveOauth } from './oauth.ts';
import { serveOldApi } from './old-api.ts';
import { serveOpenApi } from './openapi.ts';
import { serveOutOfOffice } from './out-of-office.ts';
import { servePrivateLinks } from './private-links.ts';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';
import { serveReservations } from './reservations.ts';
import { serveSchedules } from './schedules.ts';
import type { App, Service, ServiceEnvironment } from './serve.ts';
import { serveSlots } from './slots.ts';
import { serveTeamEventTypes } from './team-event-types.ts';
import { serveTeams } from './teams.ts';
import { serveTimeZones } from './time-zones.ts';
import { answerUnrouted, NOTICE } from './unrouted.ts';
import { serveWebhooks } from './webhooks.ts';

export interface ServiceOptions extends Service {
  /** Nothing is limited when it is absent. */
  readonly rateLimit?: RateLimit;
  /** Whose word about the client's address is believed: addresses and ranges. */
  readonly trustedProxies?: TrustedProxies;
  /** A request for a version that lacks the path stays a 404, also where another version could answer it. */
  readonly isStrict?: boolean;
  /** Judges the addresses that users give; public ones only when it is absent. */
  readonly outgoing?: Outgoing;
  /** Told of every failure that is a bug of ours; standard error when absent. */
  readonly onBug?: (error: unknown, requestId: string) => void;
  /** Told of every change that came with a key. */
  readonly onKeyedWrite?: (write: KeyedWrite) => void;
}

const REQUEST_ID = 'x-request-id';

const ALLOWED_HEADERS = [
  'x-cal-client-id',
  'x-cal-secret-key',
  'x-cal-platform-embed',
  'cal-api-version',
  'Accept',
  'Authorization',
  'Content-Type',
  'Origin',
  'Idempotency-Key',
];

const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Retry-After',
  'X-RateLimit-Limit-Default',
  'X-RateLimit-Remaining-Default',
  'X-RateLimit-Reset-Default',
  NOTICE,
];

/** The Cal.com-compatible service: `/v2` and `/health`. */
export function createService(options: ServiceOptions): App {
  const { onBug = reportBug, outgoing = createOutgoing(), rateLimit = 'off', trustedProxies = [], isStrict = false } = options;
  const { onKeyedWrite, ...service } = options;
  // With or without a slash at its end a path is the same, as in the original.
  const app: App = new Hono<ServiceEnvironment>({ strict: false });

  app.use(async (context, next) => {
    context.header(REQUEST_ID, randomUUID());
    await next();
  });
  app.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'PATCH', 'DELETE', 'HEAD', 'POST', 'PUT', 'OPTIONS'],
      allowHeaders: ALLOWED_HEADERS,
      exposeHeaders: EXPOSED_HEADERS,
      maxAge: 86_400,
    }),
  );

  app.use('/v2/*', async (context, next) => {
    await next();
    if (context.req.method !== 'GET' && context.res.ok) service.onWrite?.();
    const write = onKeyedWrite && toKeyedWrite(context, context.res.headers.get(REQUEST_ID) ?? '');
    if (write) onKeyedWrite?.(write);
  });

  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.use('/v2/*', identify(service, { limiter: createRateLimiter(service.store, rateLimit), trustedProxies }));
  serveMe(app, service);
  serveEventTypes(app, service);
  servePrivateLinks(app, service);
  serveSchedules(app, service);
  serveSlots(app, service);
  serveReservations(app, service);
  serveTeams(app, service);
  serveTeamEventTypes(app, service);
  serveBookings(app, service);
  serveAttendees(app, service);
  serveBookingParts(app, service);
  serveEventTypeInsights(app, service);
  serveCredits(app, service);
  serveOutOfOffice(app, service);
  serveConferencing(app, service);
  serveApiKeys(app, service);
  serveTimeZones(app, service);
  serveOauth(app, service);
  serveWebhooks(app, service, outgoing);
  serveCalendars(app, service, outgoing);
  serveOldApi(app, service);
  serveOpenApi(app, service);

  app.notFound(answerUnrouted({ isStrict }));
  app.onError((error, context) => {
    if (error instanceof AppError && error.code === 'unavailable') {
      context.header('Retry-After', String(error.retryAfterSeconds ?? 5));
      const { message, hint = '' } = error;
      const unavailable = new HttpFailure(503, message, { details: { hint }, plainMessage: `${message} ${hint}`.trim(), cause: error });
      return context.json(toErrorBody(unavailable, pathOf(context.req.url)), 503);
    }
    if (!(error instanceof HttpFailure)) onBug(error, context.res.headers.get(REQUEST_ID) ?? '');
    const failure =
      error instanceof HttpFailure
        ? error
        : new HttpFailure(500, 'Internal server error', {
            plainMessage: `Something went wrong inside the service. Its log has more under the request id "${context.res.headers.get(REQUEST_ID)}".`,
          });
    return context.json(toErrorBody(failure, pathOf(context.req.url)), failure.status);
  });
  return app;
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function reportBug(error: unknown, requestId: string): void {
  console.error(`request ${requestId} failed:`, error);
}
