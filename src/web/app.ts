import { Hono } from 'hono';
import type { Agent } from '../agent/agent.ts';
import { AppError, toErrorEnvelope } from '../errors.ts';
import type { GuestDesk } from '../server/guest-desk.ts';
import type { LinkDesk } from '../server/link-desk.ts';
import type { RoomDoor } from '../server/whereby/index.ts';
import { createAppRoutes, type Installation } from './app-routes.ts';
import { createBookingPages } from './booking-pages.ts';
import { type CalendarFeeds, createCalendarFeeds } from './calendar-feeds.ts';
import { createChatRoutes } from './chat-routes.ts';
import { toErrorPage } from './error-page.ts';
import { secure } from './headers.ts';
import { createHookRoutes, type Hooks } from './hooks.ts';
import { refuseForeignCaller, refuseForeignName, refuseForeignPage } from './hosts.ts';
import { createLinkPages } from './link-pages.ts';
import type { McpEndpoint } from './mcp-endpoint.ts';
import { serveReferencePage } from './reference-page.ts';
import { createRoomPages } from './room-pages.ts';
import { openStaticFiles, type StaticFiles } from './static-files.ts';
import type { ToolsEndpoint } from './tools-endpoint.ts';
import { toToolsFailure } from './tools-failure.ts';
import { type Reception, receive, type WebBindings, type WebEnvironment } from './visitor.ts';

export interface WebAppParts extends Omit<Reception, 'processNow'> {
  readonly agent: Agent;
  /** Answers `/v2` and `/health`, by API keys alone. */
  readonly service: { fetch(request: Request, env: { readonly remoteAddress?: string }): Response | Promise<Response> };
  /** Answers `/v1`, `/v1-files` and `/v1-simulation`, by API keys alone. */
  readonly whereby: WebAppParts['service'];
  readonly installation: Installation;
  /** Answers `/mcp`, by API keys alone; there is none when it is absent. */
  readonly mcp?: McpEndpoint;
  /** Answers `/tools`, by API keys alone; there is none when it is absent. */
  readonly tools?: ToolsEndpoint;
  /** What the pages of rooms do; there are none when it is absent. */
  readonly rooms?: RoomDoor;
  /** Takes what other services send to `/hooks`; there is nothing when it is absent. */
  readonly hooks?: Hooks;
  /** What links in messages lead to; none works when it is absent. */
  readonly guests?: GuestDesk;
  /** Where private links lead. */
  readonly links?: LinkDesk;
  /** What calendar programs subscribe to. */
  readonly feeds?: CalendarFeeds;
  /** Names besides the loopback's under which this is reached: "kalends.example.org". */
  readonly hosts: readonly string[];
  /** Directory of the built page. */
  readonly uiDirectory: string;
  /** Directory of the built API reference; there is none when it is absent. */
  readonly referenceDirectory?: string;
  readonly processNow?: () => number;
}

/** Everything a browser, a terminal or a program reaches over HTTP. */
export interface WebApp {
  fetch(request: Request, bindings: WebBindings): Response | Promise<Response>;
}

export function createWebApp({ processNow = Date.now, ...parts }: WebAppParts): WebApp {
  const { service, whereby, hosts } = parts;
  const app = createPages({ ...parts, processNow }, openStaticFiles(parts.uiDirectory));

  return {
    fetch(request, bindings) {
      const { pathname } = new URL(request.url);
      const isRooms = /^\/v1(-files|-simulation)?(\/|$)/.test(pathname);
      const tools = /^\/tools(\/|$)/.test(pathname) ? parts.tools : undefined;
      const isApi = isRooms || pathname === '/health' || pathname === '/v2' || pathname.startsWith('/v2/');
      if (bindings.door === 'tcp') {
        const refusal = refuseForeignName(request, hosts) ?? (isApi ? refuseForeignCaller(request, hosts) : refuseForeignPage(request));
        if (refusal !== undefined) return (tools === undefined ? toErrorResponse : toToolsFailure)(new AppError('forbidden', refusal));
      }
      const { remoteAddress } = bindings;
      const api = isRooms ? whereby : service;
      // A key does not make a foreign page welcome here: it would be the page's, and never one that its reader gave to an agent.
      if (pathname === '/mcp' && parts.mcp !== undefined) return parts.mcp.fetch(withoutCookies(request)).catch(toErrorResponse);
      if (tools !== undefined) return tools.fetch(withoutCookies(request)).catch(toToolsFailure);
      if (isApi) return api.fetch(withoutCookies(request), remoteAddress === undefined ? {} : { remoteAddress });
      return app.fetch(request, bindings);
    },
  };
}

function createPages(parts: WebAppParts & Reception, files: StaticFiles): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();

  app.use(async (context, next) => {
    await next();
    secure(context.res.headers);
  });

  for (const path of ['/chat/*', '/app/*'] as const) {
    app.use(path, async (context, next) => {
      context.set('visitor', await receive(context.req.raw, context.env.door, parts));
      await next();
      if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store');
    });
  }
  app.route('/chat', createChatRoutes(parts.agent));
  app.route('/', createAppRoutes(parts));
  if (parts.guests !== undefined) app.route('/b', createBookingPages(parts.guests));
  if (parts.links !== undefined) app.route('/d', createLinkPages(parts.links));
  if (parts.hooks !== undefined) app.route('/hooks', createHookRoutes(parts.hooks));
  if (parts.rooms !== undefined) app.route('/rooms', createRoomPages(parts.rooms, files));
  if (parts.feeds !== undefined) app.route('/feeds', createCalendarFeeds(parts.feeds));

  if (parts.referenceDirectory !== undefined) serveReferencePage(app, parts.referenceDirectory);

  app.get('*', (context) => {
    const request = context.req.raw;
    const { pathname } = new URL(request.url);
    const file = files.serve(request);
    if (file !== undefined) return file;
    const isFile = /\.\w+$/.test(pathname) || /^\/(chat|app|assets|docs)(\/|$)/.test(pathname);
    if (isFile) return toErrorResponse(nothingAt(request.method, pathname));
    return files.servePage(request) ?? toErrorPage(NOT_BUILT);
  });

  app.notFound((context) => toErrorResponse(nothingAt(context.req.method, context.req.path)));
  app.onError(toErrorResponse);
  return app;
}

const NOT_BUILT = {
  status: 503,
  title: 'The page is not built yet',
  message: 'Kalends runs, but its page is missing. Build it, then start Kalends again:',
  command: 'npm run build',
};

function nothingAt(method: string, path: string): AppError {
  return new AppError('not_found', `There is nothing at "${method} ${path}".`, { hint: 'The API is under /v2, the page at /.' });
}

/** `{ error: envelope }` with the status of its code. What is no `AppError` is a bug and goes to the process's error stream. */
function toErrorResponse(error: unknown): Response {
  if (!(error instanceof AppError)) console.error(error);
  const headers = new Headers({ 'cache-control': 'no-store' });
  secure(headers);
  if (error instanceof AppError && error.retryAfterSeconds !== undefined) headers.set('retry-after', `${error.retryAfterSeconds}`);
  return Response.json({ error: toErrorEnvelope(error) }, { status: error instanceof AppError ? error.status : 500, headers });
}

/** The service knows keys, not cookies; and a browser's session must never reach it. */
function withoutCookies(request: Request): Request {
  if (!request.headers.has('cookie')) return request;
  const headers = new Headers(request.headers);
  headers.delete('cookie');
  const { method, body, signal, url } = request;
  return new Request(url, { method, headers, body, signal, ...(body === null ? {} : { duplex: 'half' }) });
}
