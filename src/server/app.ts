import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { serveBookings } from './bookings.ts';
import { serveEventTypes } from './event-types.ts';
import { HttpFailure, toErrorBody } from './http-failure.ts';
import { serveMe } from './me.ts';
import { serveSchedules } from './schedules.ts';
import type { App, Service, ServiceEnv } from './serve.ts';
import { serveSlots } from './slots.ts';
import { toUnknownRoute } from './versions.ts';

export interface ServiceOptions extends Service {
  /** Told of every failure that is a bug of ours; standard error when absent. */
  readonly onBug?: (error: unknown, requestId: string) => void;
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
];

/** The Cal.com-compatible service: `/v2` and `/health`. */
export function createService({ onBug = reportBug, ...service }: ServiceOptions): App {
  const app = new Hono<{ Bindings: ServiceEnv }>();

  app.use(async (context, next) => {
    context.header(REQUEST_ID, randomUUID());
    await next();
  });
  app.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'PATCH', 'DELETE', 'HEAD', 'POST', 'PUT', 'OPTIONS'],
      allowHeaders: ALLOWED_HEADERS,
      maxAge: 86_400,
    }),
  );

  app.get('/health', (context) => context.json({ status: 'ok' }));
  serveMe(app, service);
  serveEventTypes(app, service);
  serveSchedules(app, service);
  serveSlots(app, service);
  serveBookings(app, service);

  app.notFound((context) => {
    const failure = toUnknownRoute(context.req.raw);
    return context.json(toErrorBody(failure, pathOf(context.req.url)), failure.status as 404);
  });
  app.onError((error, context) => {
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
